import type {
  AuthorizationAnswer,
  CedarValueJson,
  EntityJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Caller, CallerFacts } from '../sessions/caller.ts';
import type { Bundle } from './policies.ts';
import { readBundle } from './policies.ts';
import { cedarValue, ROLE, TENANT, USER } from './schema.ts';

export interface Resource {
  readonly type: string;
  readonly id: string;
  /** Plain values. The schema says which of them name entities. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Question<Who extends CallerFacts = Caller> {
  readonly caller: Who;
  /** In the syntax of Cedar: Notes::Action::"read". */
  readonly action: string;
  readonly resource: Resource;
  readonly now?: Date;
}

export interface Decision {
  readonly allow: boolean;
  /** The @ids of the policies that decided, or an error ("error:..."). Empty if no policy permits. */
  readonly reasons: readonly string[];
  readonly policyVersion: string;
}

export interface Policies {
  /** SHA-256 of the schema and the policies together. */
  readonly version: string;
  readonly actions: readonly string[];
  readonly roles: readonly string[];
  /** Never throws: every failure is a denial. (AUTHZ-5) */
  decide(question: Question): Decision;
}

/** Reads and validates the policies once, before the service listens. An invalid policy stops the start. */
export async function loadPolicies(folder: URL | string): Promise<Policies> {
  const bundle = await readBundle(folder);
  return {
    version: bundle.version,
    actions: bundle.model.actions,
    roles: bundle.model.roles,
    decide: (question) => evaluate(bundle, question),
  };
}

// Clocks of replicas differ slightly. A sign-in further in the future is invalid: its age would be negative and would
// satisfy every limit on the age.
const CLOCK_SKEW_SECONDS = 60;

/** Decides. Every failure is a denial that names its cause. (AUTHZ-5) */
export function evaluate(bundle: Bundle, question: Question<CallerFacts>): Decision {
  const denied = (...reasons: string[]): Decision => ({
    allow: false,
    reasons,
    policyVersion: bundle.version,
  });
  try {
    const action = bundle.model.actionByName.get(question.action);
    if (action === undefined) return denied('error:unknown-action');
    const answer = ask(bundle, question, { type: action.type, id: action.id });
    if (answer.type !== 'success') return denied('error:invalid-request');

    // Cedar ignores a policy that errs, so a forbid with an error would forbid nothing.
    const { decision, diagnostics } = answer.response;
    const failed = diagnostics.errors.map(({ policyId }) => policyId).toSorted();
    if (failed.length > 0) return denied('error:policy-failed', ...failed);

    const reasons = [...diagnostics.reason].toSorted();
    if (decision !== 'allow') return denied(...reasons);
    return { allow: true, reasons, policyVersion: bundle.version };
  } catch {
    return denied('error:invalid-request');
  }
}

function ask(
  bundle: Bundle,
  { caller, resource, now = new Date() }: Question<CallerFacts>,
  action: { type: string; id: string },
): AuthorizationAnswer {
  const principal = { type: USER, id: caller.subject };
  return cedar.statefulIsAuthorized({
    principal,
    action,
    resource: { type: resource.type, id: resource.id },
    context: contextOf(caller, now),
    entities: entitiesOf(bundle, caller, resource),
    preparsedPolicySetId: bundle.version,
    preparsedSchemaName: bundle.version,
    // Without it, Cedar decides on a request that lacks a field with the policies that do not err.
    validateRequest: true,
  });
}

function contextOf(caller: CallerFacts, now: Date): Record<string, CedarValueJson> {
  const age = Math.floor((now.getTime() - caller.authTime.getTime()) / 1000);
  if (age < -CLOCK_SKEW_SECONDS) throw new RangeError('The sign-in lies in the future.');
  return {
    acr: caller.acr,
    authAgeSeconds: Math.max(age, 0),
    scopes: [...caller.scopes],
    risk: caller.risk,
    sessionId: caller.sessionId,
    confirmed: caller.confirmationKey !== null,
  };
}

function entitiesOf(bundle: Bundle, caller: CallerFacts, resource: Resource): EntityJson[] {
  const principal: EntityJson = {
    uid: { type: USER, id: caller.subject },
    attrs: { tenant: entity(TENANT, caller.tenant) },
    parents: caller.roles.map((id) => ({ type: ROLE, id })),
  };
  const attrs = attrsOf(bundle, resource);
  if (resource.type !== USER || resource.id !== caller.subject) {
    return [principal, { uid: { type: resource.type, id: resource.id }, attrs, parents: [] }];
  }
  // Callers may act on themselves. A user with the same name in another tenant is another user.
  if (resource.attributes['tenant'] !== caller.tenant) throw new TypeError('Not the same user.');
  return [principal];
}

function attrsOf({ model }: Bundle, resource: Resource): Record<string, CedarValueJson> {
  const shape = model.types.get(resource.type);
  if (shape === undefined) throw new TypeError('The schema declares no such resource.');
  return cedarValue(model.types, shape, resource.attributes) as Record<string, CedarValueJson>;
}

function entity(type: string, id: string): CedarValueJson {
  return { __entity: { type, id } };
}
