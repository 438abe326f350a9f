import { openTelemetry } from '@app/platform/telemetry';
import type { Api } from './http/module.ts';
import { traceRequests } from './http/trace-requests.ts';

const SERVICE = 'api';

export interface Observation {
  readonly observe: (app: Api) => void;
  close(): Promise<void>;
}

export function telemetryTo(endpoint: string): Observation {
  const telemetry = openTelemetry(endpoint, SERVICE);
  return { observe: traceRequests(telemetry), close: telemetry.close };
}
