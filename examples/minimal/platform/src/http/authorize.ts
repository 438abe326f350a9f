import { channel } from 'node:diagnostics_channel';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify';
import type { Resource } from '../authorization/decide.ts';
import type { TenantTx } from '../database/database.ts';
import type { Api, Services } from '../service/module.ts';
import type { Caller } from '../sessions/caller.ts';
import type { Access, AllowAccess, Authorized } from './access.ts';
import { entityText, hasRecordedChange, recordRefusal } from './access.ts';
import type { Idempotency } from './idempotency.ts';
import {
  attemptOf,
  declaredIdempotency,
  keep,
  rememberedResource,
  replay,
  settle,
} from './idempotency.ts';
import { limits } from './limits.ts';
import { isSafe } from './methods.ts';
import { Refusal } from './problems.ts';

// Subscribers learn the decision, and no data of the request. (HOOK-6)
export interface DecisionTold {
  readonly allow: boolean;
}
export const decisions = channel('app.http.decision');

// A shorter text is a word, not a reason that a reviewer can judge.
const SHORTEST_REASON = 10;

interface InventoryRow {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

declare module 'fastify' {
  interface FastifyRequest {
    // Throws on a public route, which has no decision.
    readonly authorized: Authorized;
  }
  interface FastifyContextConfig {
    access?: Access;
    [vetted]?: true;
  }
  interface FastifyInstance {
    inventory: readonly InventoryRow[];
  }
}

// Only this file can set the symbol, so a route that has it passed the checks below.
const vetted: unique symbol = Symbol('vetted');

// Deny by default: a route that does not declare its access stops the boot. (AUTHZ-5)
export function denyByDefault(app: Api, services: Services): void {
  const inventory: InventoryRow[] = [];
  const actions = new Set(services.policies.actions);
  app.decorate('inventory', inventory);
  app.decorateRequest('authorized', {
    getter(this: FastifyRequest) {
      return authorizedOf(this);
    },
  });

  app.addHook('onRoute', (route) => {
    const access = declaredAccess(route, actions);
    const idempotent = declaredIdempotency(route, access);
    const config = { ...route.config, access, idempotent, [vetted]: true as const };
    route.handler =
      access.kind === 'allow'
        ? authorized(access, idempotent, route.handler, services)
        : timeLimited(route.handler);
    route.config = config;
    for (const method of [route.method].flat()) inventory.push({ method, url: route.url, access });
  });
  app.addHook('onRequest', refuseUnvettedRoute);
  app.addHook('onRequest', refuseAnonymous);
  app.addHook('onSend', refuseEarlyAnswer);
}

function declaredAccess(route: RouteOptions, actions: ReadonlySet<string>): Access {
  const name = `${[route.method].flat().join('|')} ${route.url}`;
  const access = route.config?.access;
  if (!access) throw new Error(`${name} declares no access. Add config.access to the route.`);
  if (access.kind === 'public' && access.reason.trim().length < SHORTEST_REASON)
    throw new Error(`${name} is public without a reason. Say why in publicAccess('...').`);
  if (access.kind === 'allow' && !actions.has(access.action))
    throw new Error(`${name} asks for ${access.action}, which no schema in policies/ declares.`);
  return access;
}

// A route that was registered before the onRoute hook was never checked, so its declaration does not count. (AUTHZ-5)
async function refuseUnvettedRoute({ is404, routeOptions }: FastifyRequest): Promise<void> {
  if (!is404 && !routeOptions.config[vetted])
    throw new Refusal('forbidden', `${routeOptions.url} got in behind the access check.`);
}

// Runs before the body is read: an unauthenticated client learns nothing about valid requests. (CHECK-11)
async function refuseAnonymous({ caller, routeOptions }: FastifyRequest): Promise<void> {
  if (routeOptions.config.access?.kind === 'allow' && !caller)
    throw new Refusal('unauthenticated', 'No live session.');
}

const underway = new WeakMap<FastifyRequest, Authorized>();

// Loads, decides, acts and audits in one transaction, so that nothing changes between the decision and the act.
// The stored answer for retries commits with them. (AUTHZ-5)
function authorized(
  access: AllowAccess,
  idempotency: Idempotency,
  handler: RouteHandlerMethod,
  services: Services,
): RouteHandlerMethod {
  return async function decideAndAct(request, reply) {
    const { database } = services;
    const caller = provenCaller(request);
    const attempt = await attemptOf(request, caller, idempotency, database);
    let decidedOn: Resource | undefined;
    try {
      const outcome = await database.tenantTransaction(caller, (tx) => withinTimeLimit(act(tx)));
      if (outcome instanceof Refusal) throw outcome;
      return outcome;
    } catch (error) {
      await settle(database, request, attempt, decidedOn, error);
      throw error;
    }

    async function act(tx: TenantTx): Promise<unknown> {
      const resource = (await access.load(tx, request as never)) ?? rememberedResource(attempt);
      if (!resource) return new Refusal('not-found', 'The resource was not found.');
      const by = await decide(tx, request, access, resource, services);
      if (by instanceof Refusal) return by;
      if (attempt.kind === 'replay') return replay(reply, attempt.answer);
      decidedOn = resource;
      underway.set(request, by);
      const answer = await handler.call(request.server, request, reply);
      refuseUncommittable(request, reply, by);
      underway.delete(request);
      return keep(tx, attempt, resource, reply, answer);
    }
  };
}

function authorizedOf(request: FastifyRequest): Authorized {
  const by = underway.get(request);
  if (!by) throw new Error('No decision was made for this request: is its route public?');
  return by;
}

// An answer that is sent before the commit reports a change that may still be rolled back.
async function refuseEarlyAnswer(request: FastifyRequest, reply: FastifyReply) {
  if (reply.statusCode < 400 && underway.delete(request))
    throw new Error('A handler sent its answer before the commit: return the value instead.');
}

function provenCaller({ caller }: FastifyRequest): Caller {
  if (!caller) throw new Refusal('unauthenticated', 'No live session.');
  return caller;
}

// Returns a refusal instead of throwing it: a throw would roll back its audit record.
async function decide(
  tx: TenantTx,
  request: FastifyRequest,
  { action, refusedAs }: AllowAccess,
  resource: Resource,
  { policies }: Services,
): Promise<Authorized | Refusal> {
  const decision = policies.decide({ caller: tx.caller, action, resource });
  decisions.publish({ allow: decision.allow } satisfies DecisionTold);
  const { policyVersion, reasons } = decision;
  const by = { tx, caller: tx.caller, action, policyVersion, requestId: request.id };
  if (decision.allow) return by;
  await recordRefusal(by, entityText(resource.type, resource.id), reasons);
  return new Refusal(refusedAs, 'The policies refused.');
}

function refuseUncommittable(request: FastifyRequest, reply: FastifyReply, by: Authorized): void {
  if (reply.sent) throw new Error('The answer was sent before the commit.');
  // Roll back a change that left no audit record. (OBS-1)
  if (!isSafe(request.method) && !hasRecordedChange(by))
    throw new Error('A change without an audit record: call recordChange in the handler.');
}

// For a handler outside of a transaction. Discards an answer after the time limit.
function timeLimited(handler: RouteHandlerMethod): RouteHandlerMethod {
  return async function inTime(request, reply) {
    return withinTimeLimit(Promise.resolve(handler.call(this, request, reply)));
  };
}

// Fastify's handlerTimeout stops when the body was read, so it never limits a POST.
export async function withinTimeLimit<T>(
  work: Promise<T>,
  milliseconds: number = limits.handlerTimeoutMs,
): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Refusal('handler-timeout', 'The handler took too long.')),
    milliseconds,
  );
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
