import type { Module } from '../../http/module.ts';
import { routes } from './routes.ts';
import { readiness } from './runs.ts';

export const healthCheckAcmeSpecimen: Module = {
  id: 'health-check-acme-specimen',
  routes,
  readiness,
};
