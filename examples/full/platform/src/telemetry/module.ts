import { Type } from 'typebox';
import { receiver } from '../service/environment.ts';
import type { Module } from '../service/module.ts';

export const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

export const env = { [ENDPOINT]: Type.Optional(receiver('http://localhost:4318')) } as const;

/** Spans and metrics of each request. Without a receiver nothing is recorded, and the SDK is not loaded. */
export const telemetry: Module = {
  id: 'telemetry',
  routes: () => {},
  observe: async (app, { environment }) => {
    const endpoint = environment(env)[ENDPOINT];
    if (endpoint === undefined) return;
    const { observeRequests } = await import('./requests.ts');
    observeRequests(app, endpoint);
  },
};
