import type { Module } from '../../http/module.ts';
import { routes } from './routes.ts';

export const acmeSpecimen: Module = {
  id: 'acme-specimen',
  routes,
};
