import type { Module } from '@app/platform/service/module';
import { routes } from './routes.ts';
import { readiness } from './runs.ts';

export const healthCheckSearchIndex: Module = {
  id: 'health-check-search-index',
  routes,
  readiness,
};
