import { AsyncLocalStorage } from 'node:async_hooks';
import type { Link, Meter } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { methodOf } from '../http/methods.ts';
import type { Api } from '../service/module.ts';
import type { Work } from './channels.ts';
import { countTold, watchDatabase } from './channels.ts';
import { openTelemetry } from './telemetry.ts';

const SERVICE = 'api';

// In seconds, as the OpenTelemetry semantic conventions recommend for requests.
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Sends spans and metrics of this process to one receiver, until the app closes. */
export function observeRequests(app: Api, endpoint: string): void {
  const telemetry = openTelemetry(endpoint, SERVICE);
  const current = new AsyncLocalStorage<Work>();
  const duration = durationsOf(telemetry.meter, 'http.server.request.duration');
  const waits = durationsOf(telemetry.meter, 'app.database.wait');
  const requests = new WeakMap<FastifyRequest, Work>();
  const stops = [
    countTold(telemetry.meter, current),
    watchDatabase(telemetry.tracer, current, waits),
  ];

  // One span and one duration per request, with route pattern, method, status and decision. No address, header or
  // caller: the request id leads to the audit trail, which names the caller. (HOOK-6)
  app.addHook('onRequest', (request, _reply, done) => {
    const span = telemetry.tracer.startSpan(
      `${methodOf(request.method)} ${routeOf(request)}`,
      { kind: SpanKind.SERVER, links: linksOf(request.headers['traceparent']) },
      ROOT_CONTEXT,
    );
    const work = { span, request: span };
    requests.set(request, work);
    current.run(work, done);
  });
  // The body parser calls back from the socket, outside of the request's context.
  app.addHook('preValidation', (request, _reply, done) => {
    const work = requests.get(request);
    if (work) current.run(work, done);
    else done();
  });
  app.addHook('onResponse', async (request, reply) => {
    const attributes = attributesOf(request, reply);
    duration.record(reply.elapsedTime / 1_000, attributes);
    const span = requests.get(request)?.span;
    span?.setAttributes({ ...attributes, 'app.request.id': request.id });
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  });
  app.addHook('onClose', async () => {
    for (const stop of stops) stop();
    await telemetry.close();
  });
}

function durationsOf(meter: Meter, name: string) {
  return meter.createHistogram(name, { unit: 's', advice: { explicitBucketBoundaries: BOUNDS } });
}

function attributesOf(request: FastifyRequest, reply: FastifyReply) {
  return {
    'http.request.method': methodOf(request.method),
    'http.route': routeOf(request),
    'http.response.status_code': reply.statusCode,
  };
}

function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? 'none';
}

// https://www.w3.org/TR/trace-context/#traceparent-header
const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

// The trace of the sender becomes a link, never our trace id: a client that chooses the id could write into another
// client's trace. Baggage and tracestate are free text, and are not read. (HOOK-6)
function linksOf(header: unknown): Link[] {
  const [, traceId, spanId] = (typeof header === 'string' && TRACE_PARENT.exec(header)) || [];
  if (traceId === undefined || spanId === undefined) return [];
  return [{ context: { traceId, spanId, traceFlags: TraceFlags.NONE, isRemote: true } }];
}
