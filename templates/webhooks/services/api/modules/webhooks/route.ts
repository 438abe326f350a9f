import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Endpoint } from '@app/platform/webhooks/webhooks';
import { createReceiver } from '@app/platform/webhooks/webhooks';
import type { Delivery } from '@app/platform/webhooks/scheme';
import { publicAccess } from '@app/platform/http/access';
import { Refusal } from '@app/platform/http/problems';
import { limits } from '@app/platform/http/limits';
import type { Api, Services } from '@app/platform/service/module';
import type { ProblemCode } from '@app/platform/http/problems';
import { strictObject } from '@app/platform/http/schemas';
import { boundLargeBodies } from './large-bodies.ts';
import { events } from './log-events.ts';
import type { Refused } from './refused.ts';
import { countRefused } from './refused.ts';

// Whoever sends learns whether to try again, and nothing about why. (CHECK-11)
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

/** POST /webhooks/<id>: bytes as they came, in a scope of its own, because no parser may touch them. (HOOK-1) */
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

// Every occurrence of each header, and the address that the outside knows: what node:http and a proxy make of them is
// not what was signed.
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

// A request without a body has none to parse.
function asBytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
