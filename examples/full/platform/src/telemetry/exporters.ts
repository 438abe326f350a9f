import type { ExportResult } from '@opentelemetry/core';
import { ExportResultCode } from '@opentelemetry/core';
import { JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

// The SDK's exporters use node:http, which bypasses the egress guard, and let OTEL_* variables change the receiver.
// These use the global fetch, which the guard checks. (HOOK-4)
export interface Exporters {
  readonly spans: SpanExporter;
  readonly metrics: PushMetricExporter;
  /** Resolves when no export is under way. */
  settled(): Promise<void>;
  /** Ends exports that are under way: a receiver that hangs would keep the process alive. */
  abort(): void;
}

export const EXPORT_TIMEOUT_MS = 5_000;

const SENT: ExportResult = { code: ExportResultCode.SUCCESS };
// The SDK counts lost spans by this name. They are not sent again: that would overload a receiver that recovers.
const LOST: ExportResult = {
  code: ExportResultCode.FAILED,
  error: { name: 'export_failed', message: 'The receiver did not accept the export.' },
};

export function exportersTo(endpoint: string, timeoutMs: number = EXPORT_TIMEOUT_MS): Exporters {
  const base = endpoint.replace(/\/$/, '');
  const closed = new AbortController();
  const underway = new Set<Promise<void>>();
  const settled = async (): Promise<void> => void (await Promise.all(underway));
  const lifecycle = { forceFlush: settled, shutdown: settled };

  return {
    spans: {
      export: (spans, done) => send('v1/traces', JsonTraceSerializer.serializeRequest(spans), done),
      ...lifecycle,
    },
    metrics: {
      export: (metrics, done) =>
        send('v1/metrics', JsonMetricsSerializer.serializeRequest(metrics), done),
      ...lifecycle,
    },
    settled,
    abort: () => closed.abort(),
  };

  function send(
    path: string,
    body: Uint8Array | undefined,
    done: (result: ExportResult) => void,
  ): void {
    const sending = deliver().finally(() => underway.delete(sending));
    underway.add(sending);

    async function deliver(): Promise<void> {
      done(await post(path, body));
    }
  }

  async function post(path: string, body: Uint8Array | undefined): Promise<ExportResult> {
    try {
      const answer = await fetch(`${base}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: body as Uint8Array<ArrayBuffer>,
        // Do not follow redirects: the configuration decides where telemetry goes.
        redirect: 'error',
        signal: AbortSignal.any([closed.signal, AbortSignal.timeout(timeoutMs)]),
      });
      // Only the status matters. Do not read the body, which may be endless.
      await answer.body?.cancel();
      return answer.ok ? SENT : LOST;
    } catch {
      return LOST;
    }
  }
}
