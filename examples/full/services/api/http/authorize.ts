import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { Resource } from '@app/platform/authorization';
import type { Caller } from '@app/platform/caller';
import type { TenantTx } from '@app/platform/database';
import type { AllowAccess } from './access.ts';
import type { Authorized } from './authorized.ts';
import { entityText, hasRecordedChange, recordRefusal } from './authorized.ts';
import type { DecisionTold } from './channels.ts';
import { decisions } from './channels.ts';
import { Refusal } from './errors.ts';
import { isSafe } from './methods.ts';
import type { Idempotency } from './idempotency.ts';
import { attemptOf, keep, rememberedResource, replay, settle } from './idempotency.ts';
import type { Services } from './module.ts';
import { withinTimeLimit } from './time-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    // Reading it on a public route is a bug, and throws.
    readonly authorized: Authorized;
  }
}

const underway = new WeakMap<FastifyRequest, Authorized>();

// Load, decide, act and audit in one transaction: nothing can change between the decision and the act. What a retry will
// be answered is kept in the same one. (AUTHZ-5)
export function authorized(
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

export function authorizedOf(request: FastifyRequest): Authorized {
  const by = underway.get(request);
  if (!by) throw new Error('No decision was made for this request: is its route public?');
  return by;
}

// An answer that is sent before the commit claims what may still be rolled back.
export async function refuseEarlyAnswer(request: FastifyRequest, reply: FastifyReply) {
  if (reply.statusCode < 400 && underway.delete(request))
    throw new Error('A handler sent its answer before the commit: return the value instead.');
}

function provenCaller({ caller }: FastifyRequest): Caller {
  if (!caller) throw new Refusal('unauthenticated', 'No live session.');
  return caller;
}

// A refusal is a value here: throwing would roll its audit record back.
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
  // A change that nobody can account for is worse than none. (OBS-1)
  if (!isSafe(request.method) && !hasRecordedChange(by))
    throw new Error('A change without an audit record: call recordChange in the handler.');
}
