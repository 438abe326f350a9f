import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './module.ts';

const METHODS = 'DELETE, GET, HEAD, PATCH, POST, PUT';
const HEADERS = 'authorization, content-type, idempotency-key';

// A browser asks again after this long, so that taking an origin off the list counts the same hour.
const PREFLIGHT_SECONDS = 600;

// Off for every origin that is not listed: it is sent no such header at all. Listed ones may read answers, and never with
// credentials: the cookie is for our own pages, and a page of another origin that can use it can do all that its user may.
export function allowListedOrigins(app: Api, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    // Also on answers without an origin: a cache would hand the one to a request that has the other.
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'x-request-id');
    if (isPreflight(request)) await answerPreflight(reply);
  });
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

async function answerPreflight(reply: FastifyReply): Promise<void> {
  await reply
    .code(204)
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', HEADERS)
    .header('access-control-max-age', String(PREFLIGHT_SECONDS))
    .send();
}
