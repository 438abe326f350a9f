import type { FastifyBaseLogger } from 'fastify';
import { denyByDefault } from './http/access.ts';
import { authenticate } from './http/authentication.ts';
import { allowListedOrigins } from './http/cors.ts';
import { serveDescription } from './http/description.ts';
import { answerWithProblems } from './http/errors.ts';
import { refuseOddHeaders } from './http/header-fields.ts';
import { acceptOnlyJson } from './http/json-body.ts';
import { nameAllowedMethods } from './http/allowed-methods.ts';
import type { Api, Module, Services } from './http/module.ts';
import { answerProbes } from './http/probes.ts';
import { knowPublicOrigin } from './http/public-origin.ts';
import { countRefusals } from './http/refusal-count.ts';
import { limitCallers, limitNetworks } from './http/rate-limit.ts';
import type { RateLimits } from './http/rate-limits.ts';
import { rateLimits } from './http/rate-limits.ts';
import { logRequests } from './http/request-log.ts';
import { refuseCrossOrigin } from './http/same-origin.ts';
import { sendSecurityHeaders } from './http/security-headers.ts';
import { createServer } from './http/server.ts';
import { signOut } from './http/sign-out.ts';
import { refuseOddTargets } from './http/target.ts';
import { validateStrictly } from './http/strict-schemas.ts';
import { sweepExpired } from './http/sweep.ts';
import { describeCaller } from './http/whoami.ts';

export interface Parts {
  readonly log: FastifyBaseLogger;
  readonly services: Services;
  readonly modules: readonly Module[];
  readonly publicOrigin: () => string;
  // Nobody is believed and no other origin is let in unless the configuration lists it.
  readonly trustedProxies?: readonly string[];
  readonly corsOrigins?: readonly string[];
  readonly limits?: RateLimits;
  // Routes that exist on a developer's machine and nowhere else.
  readonly local?: (app: Api) => Promise<void>;
  // Spans and figures of each request, where a receiver is configured.
  readonly observe?: (app: Api) => void;
  // Listens to the routes and writes them down, where the API's description is derived and nowhere else.
  readonly describe?: (app: Api) => Promise<void>;
}

// In the order a request meets them: moving a line changes what is checked before what.
export async function buildApp(parts: Parts) {
  const { log, services, modules, publicOrigin, local, observe, describe } = parts;
  const { trustedProxies = [], corsOrigins = [], limits = rateLimits } = parts;
  const app = createServer(log, trustedProxies); // limits on size and time, before anything is read
  knowPublicOrigin(app, publicOrigin); // whatever the Host header says, for whoever signs it
  answerWithProblems(app); // one table of errors, detail only in the log: CHECK-11
  sendSecurityHeaders(app); // on every answer, refusals included
  logRequests(app); // listed fields only: HOOK-6
  countRefusals(app); // a refusal of somebody unknown costs no row
  if (observe) observe(app); // kinds and durations, off unless configured: HOOK-6
  limitNetworks(app, services.database, limits); // before anything is looked up for anybody
  refuseOddHeaders(app); // what two servers in a row could read differently: CHECK-11
  refuseOddTargets(app); // one spelling for each address
  allowListedOrigins(app, corsOrigins); // off, unless listed
  refuseCrossOrigin(app, publicOrigin); // a cookie proves nothing from another site
  authenticate(app, services.database); // who is asking, or nobody
  limitCallers(app, services.database, limits); // wherever one comes from
  denyByDefault(app, services); // declared, decided and audited, or refused: AUTHZ-1, AUTHZ-5, OBS-1
  nameAllowedMethods(app); // an address that exists, asked for what it has not
  acceptOnlyJson(app); // one parser, one meaning for each document
  validateStrictly(app); // members that no schema names are refused
  if (describe) await describe(app); // after access, so that it says what a route asks for

  sweepExpired(app, services.database); // what is kept for a while goes after it
  answerProbes(app, services, modules);
  describeCaller(app);
  signOut(app);
  serveDescription(app);
  if (local) await local(app);
  for (const module of modules) module.routes(app, services);
  await app.ready();
  return app;
}
