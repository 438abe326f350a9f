import type { Module } from '@app/platform/service/module';
import { routes } from './routes.ts';
import { readiness } from './runs.ts';

export const healthCheckAcmeSpecimen: Module = {
  id: 'health-check-acme-specimen',
  routes,
  readiness,
};
