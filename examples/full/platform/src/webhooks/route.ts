import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { publicAccess } from '../http/access.ts';
import { limits } from '../http/limits.ts';
import type { ProblemCode } from '../http/problems.ts';
import { Refusal } from '../http/problems.ts';
import { strictObject } from '../http/schemas.ts';
import type { Api, Services } from '../service/module.ts';
import { events } from './events.ts';
import { boundLargeBodies } from './large-bodies.ts';
import type { Delivery } from './scheme.ts';
import type { Endpoint, Outcome } from './webhooks.ts';
import { createReceiver } from './webhooks.ts';

const REPORT_EVERY_MS = 60_000;

type Refused = Exclude<Outcome['kind'], 'accepted' | 'duplicate' | 'answered'>;

// The status tells the sender whether to retry. It does not tell why the delivery was refused. (CHECK-11)
const REFUSALS: Readonly<Record<Refused, ProblemCode>> = {
  unproven: 'unproven',
  stale: 'forbidden',
  disabled: 'forbidden',
  conflict: 'conflict',
  unavailable: 'not-ready',
};
const refuses = [...new Set(Object.values(REFUSALS))];

const REASON = 'Its sender signs each request; what the signature does not prove is refused.';

const Bytes = Type.Unsafe<Buffer | undefined>({ description: 'As the sender signed them.' });
const Accepted = Type.Object({}, { description: 'It is kept, and will be acted on.' });
const Answered = Type.Object(
  { challenge: Type.Optional(Type.String()) },
  { description: 'It was kept before, or it is what the sender asks once.' },
);

/** `POST /webhooks/<id>`, in a scope of its own without parsers: the signature covers the exact bytes. (HOOK-1) */
export function acceptDeliveries<Payload>(
  app: Api,
  { database, keys, secrets }: Services,
  endpoint: Endpoint<Payload>,
): void {
  const { id, contentTypes, query } = endpoint;
  app.register(async (scope: Api) => {
    const count = countRefused(scope, id);
    const told = (event: typeof events.webhookKeyMissing) => (error: unknown) =>
      app.log.event(event, { endpoint: id, err: error });
    const receiver = createReceiver(endpoint, {
      database,
      keys,
      secrets,
      keyMissing: told(events.webhookKeyMissing),
      notKept: told(events.webhookNotKept),
    });
    scope.addHook('onReady', () => receiver.start());
    boundLargeBodies(scope);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      [...contentTypes],
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => body,
    );
    scope.post(`/webhooks/${id}`, {
      bodyLimit: limits.deliveryBytes,
      config: {
        access: publicAccess(REASON),
        limit: 'delivery',
        proof: 'signature',
        takes: contentTypes,
        refuses,
      },
      schema: {
        consumes: [...contentTypes],
        body: Bytes,
        ...(query.length > 0 && { querystring: queryOf(query) }),
        response: { 200: Answered, 202: Accepted },
      },
      handler: async (request, reply) => {
        const outcome = await receiver.receive(deliveryOf(request, app.publicOrigin()));
        if (outcome.kind === 'answered') return reply.code(200).send(outcome.answer);
        if (outcome.kind === 'accepted') return reply.code(202).send({});
        if (outcome.kind === 'duplicate') return reply.code(200).send({});
        if (outcome.kind === 'conflict') app.log.event(events.webhookConflict, { endpoint: id });
        count(outcome.kind, request.id);
        throw new Refusal(REFUSALS[outcome.kind], `${id}: ${outcome.kind}.`);
      },
    });
  });
}

function queryOf(names: readonly string[]) {
  return strictObject(
    Object.fromEntries(names.map((name) => [name, Type.Optional(Type.String())])),
  );
}

// Every occurrence of each header, and the public address: the sender signed those, not what node:http or a proxy
// make of them. (HOOK-1)
function deliveryOf({ method, url, raw, body }: FastifyRequest, origin: string): Delivery {
  const headers = new Map<string, string[]>();
  const { rawHeaders } = raw;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]).toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(String(rawHeaders[at + 1]));
    headers.set(name, values);
  }
  return { method, url: new URL(`${origin}${url}`), headers, body: asBytes(body) };
}

// Fastify calls no parser for a request without a body.
function asBytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

// A refusal costs a client nothing: refusals are counted in memory, without a database write. (CHECK-11)
function countRefused(app: Api, endpoint: string): (outcome: Refused, sample: string) => void {
  const refused = new Map<Refused, { count: number; readonly sample: string }>();
  const report = (): void => {
    for (const [outcome, counted] of refused)
      app.log.event(events.webhooksRefused, { endpoint, outcome, ...counted });
    refused.clear();
  };
  const timer = setInterval(report, REPORT_EVERY_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    report();
  });
  return (outcome, sample) => {
    const counted = refused.get(outcome) ?? { count: 0, sample };
    counted.count += 1;
    refused.set(outcome, counted);
  };
}
