import type { FastifyRequest } from 'fastify';
import type { Api } from './module.ts';
import { Refusal } from './errors.ts';
import { isSafe } from './methods.ts';
import { sessionCookies } from './session-cookie.ts';

// A browser adds the cookie to a request that another site makes. Only where the request comes from tells them apart. (CHECK-11)
export function refuseCrossOrigin(app: Api, publicOrigin: () => string): void {
  app.addHook('onRequest', async (request) => {
    if (isSafe(request.method) || sessionCookies(request).length === 0) return;
    if (!comesFrom(publicOrigin(), request))
      throw new Refusal('cross-origin', 'An unsafe request with a cookie from another origin.');
  });
}

// No header at all is refused as well: every current browser sends one, so nothing legitimate is lost.
function comesFrom(origin: string, request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return request.headers.origin === origin;
}
