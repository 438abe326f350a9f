import { denyByDefault } from '@app/platform/http/authorize';
import { acceptOnlyJson } from '@app/platform/http/json-body';
import { countRefusals, logRequests } from '@app/platform/http/logging';
import { serveDescription } from '@app/platform/http/openapi';
import {
  allowListedOrigins,
  knowPublicOrigin,
  refuseCrossOrigin,
} from '@app/platform/http/origins';
import { answerProbes } from '@app/platform/http/probes';
import { answerWithProblems } from '@app/platform/http/errors';
import { limitCallers, limitNetworks, rateLimits } from '@app/platform/http/rate-limits';
import {
  nameAllowedMethods,
  refuseOddHeaders,
  refuseOddTargets,
} from '@app/platform/http/request-head';
import { validateStrictly } from '@app/platform/http/schemas';
import { createServer, sendSecurityHeaders } from '@app/platform/http/server';
import { authenticate, describeCaller, signOut } from '@app/platform/http/sessions';
import { sweepExpired } from '@app/platform/service/background';
import type { Api } from '@app/platform/service/module';
import type { AppParts } from '@app/platform/service/service';

const DESCRIPTION = new URL('openapi.json', import.meta.url);

// In the order a request meets them: moving a line changes what is checked before what.
export async function buildApp(parts: AppParts): Promise<Api> {
  const { log, services, modules, publicOrigin, local, describe } = parts;
  const { trustedProxies = [], corsOrigins = [], limits = rateLimits } = parts;
  const app = createServer(log, trustedProxies); // limits on size and time, before anything is read
  knowPublicOrigin(app, publicOrigin); // the configured one, whatever the Host header says
  answerWithProblems(app); // one table of errors, detail only in the log: CHECK-11
  sendSecurityHeaders(app); // on every answer, refusals included
  logRequests(app); // listed fields only: HOOK-6
  countRefusals(app); // anonymous refusals are counted in memory, without a database write
  for (const module of modules) await module.observe?.(app, services); // kinds and durations: HOOK-6
  limitNetworks(app, services.database, limits); // before any lookup in the database
  refuseOddHeaders(app); // headers that two servers in a row could read differently: CHECK-11
  refuseOddTargets(app); // one spelling for each address
  allowListedOrigins(app, corsOrigins); // off, unless listed
  refuseCrossOrigin(app, publicOrigin); // a cookie that another site sends proves nothing
  authenticate(app, services.database); // the caller of the session, or none
  limitCallers(app, services.database, limits); // per caller, from any network
  denyByDefault(app, services); // declared, decided and audited, or refused: AUTHZ-1, AUTHZ-5, OBS-1
  nameAllowedMethods(app); // a known address with another method: 405
  acceptOnlyJson(app); // one parser, one meaning for each document
  validateStrictly(app); // members that no schema names are refused
  if (describe) await describe(app); // after access, so that it says what a route asks for

  sweepExpired(app, services.database); // deletes what is kept for a limited time
  answerProbes(app, services, modules);
  describeCaller(app);
  signOut(app);
  serveDescription(app, DESCRIPTION);
  if (local) await local(app);
  for (const module of modules) module.routes(app, services);
  await app.ready();
  return app;
}
