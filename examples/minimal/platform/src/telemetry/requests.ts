import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DecisionTold } from '../http/authorize.ts';
import type { MaskedTold } from '../logging/log.ts';
import type { RefusalTold } from '../http/problems.ts';
import { decisions } from '../http/authorize.ts';
import { maskedLines } from '../logging/log.ts';
import { refusals } from '../http/problems.ts';
import { methodOf } from '../http/methods.ts';
import type { Api } from '../service/module.ts';
import type { OpenSpan } from './otlp.ts';
import type { Telemetry } from './telemetry.ts';
import { linkOf, openTelemetry } from './telemetry.ts';

// One span and one duration per request, with route pattern, method, status and decision. No address, header or caller:
// the request id leads to the audit trail, which names the caller. (HOOK-6)
function traceRequests(telemetry: Telemetry): (app: Api) => void {
  const { current, requests } = telemetry;
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  return (app) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const { method } = request;
      const link = linkOf(request.headers['traceparent']);
      const span = telemetry.begin({
        name: `${methodOf(method)} ${routeOf(request)}`,
        kind: 'server',
        link,
      });
      spans.set(request, span);
      current.run(span, done);
    });
    // The body parser calls back from the socket, outside of the request's context.
    app.addHook('preValidation', (request, _reply, done) => {
      const span = spans.get(request);
      if (span) current.run(span, done);
      else done();
    });
    app.addHook('onResponse', async (request, reply) => {
      const attributes = attributesOf(request, reply);
      requests.record(attributes, reply.elapsedTime / 1_000);
      const span = spans.get(request);
      span?.set({ ...attributes, 'app.request.id': request.id });
      span?.end(reply.statusCode >= 500);
    });
    app.addHook('onClose', listen(telemetry));
  };
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

function listen({ current, refusals: refused, masked }: Telemetry): () => Promise<void> {
  const decided = (told: unknown): void => {
    const { allow } = told as DecisionTold;
    // The decision runs in a transaction, whose span is a child of the request's.
    current.getStore()?.parent?.set({ 'app.decision': allow ? 'allow' : 'deny' });
  };
  const onRefusal = (told: unknown): void =>
    refused.add({ problem: (told as RefusalTold).problem });
  const onMasked = (told: unknown): void => masked.add({ kind: (told as MaskedTold).kind });
  decisions.subscribe(decided);
  refusals.subscribe(onRefusal);
  maskedLines.subscribe(onMasked);
  return async () => {
    decisions.unsubscribe(decided);
    refusals.unsubscribe(onRefusal);
    maskedLines.unsubscribe(onMasked);
  };
}

const SERVICE = 'api';

interface Observation {
  readonly observe: (app: Api) => void;
  close(): Promise<void>;
}

export function telemetryTo(endpoint: string): Observation {
  const telemetry = openTelemetry(endpoint, SERVICE);
  return { observe: traceRequests(telemetry), close: telemetry.close };
}
