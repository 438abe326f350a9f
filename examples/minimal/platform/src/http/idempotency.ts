import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Resource } from '../authorization/decide.ts';
import type { Database, TenantTx } from '../database/database.ts';
import { events } from '../logging/events.ts';
import type { Caller } from '../sessions/caller.ts';
import type { Access } from './access.ts';
import type { KeyUse, StoredAnswer } from './idempotency-records.ts';
import { claimKey, giveKeyBack, keepAnswer } from './idempotency-records.ts';
import { PROBLEM_TYPE, problemBody, problems, Refusal } from './problems.ts';
import { isSafe } from './methods.ts';

// Printable ASCII, quoted as a structured field string, or bare. A shorter key is likely a counter: two programs of one
// caller that both count would get each other's answers.
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
const BARE = /^[A-Za-z0-9_.:~+/=-]+$/;
export const SHORTEST = 8;
export const LONGEST = 128;

export function idempotencyKeyOf(header: string | readonly string[] | undefined) {
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? textOf(header) : undefined;
  if (key === undefined || key.length < SHORTEST || key.length > LONGEST)
    throw new Refusal('idempotency-key-invalid', 'The Idempotency-Key is malformed.');
  return key;
}

// node:http joins two headers with a comma, which neither form allows.
function textOf(header: string): string | undefined {
  const quoted = QUOTED.exec(header)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  return BARE.test(header) ? header : undefined;
}

export function keyUseOf(request: FastifyRequest, key: string): KeyUse {
  const route = `${request.method} ${String(request.routeOptions.url)}`;
  return { route, key, fingerprint: fingerprintOf(route, request) };
}

// Covers the parsed request, so that whitespace and the order of members make no difference.
function fingerprintOf(route: string, { params, query, body }: FastifyRequest): Buffer {
  const asked = canonical([route, params, query, body]);
  return createHash('sha256').update(asked).digest();
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(byName))
      : member,
  );
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

export const IDEMPOTENCY_KEY = 'idempotency-key';
export const REPLAYED = 'idempotency-replayed';

export type Idempotency = 'required' | 'optional';

// A retry of these methods creates a second resource. Others are idempotent by definition.
const MADE_TWICE: ReadonlySet<string> = new Set(['POST', 'PATCH']);

const JSON_TYPE = 'application/json; charset=utf-8';

// Not stored, since a retry may succeed: after a sign-in, after a wait, or with a smaller request.
const NOT_KEPT: ReadonlySet<number> = new Set([401, 403, 408, 409, 413, 414, 415, 417, 429, 431]);

// A request usually ends within milliseconds. After a crash the client retries until the lease ends.
const RETRY_AFTER = { 'retry-after': '1' };

declare module 'fastify' {
  interface FastifyContextConfig {
    // Stands beside `access`. The default is `required` for POST and PATCH, and `optional` for other methods.
    idempotent?: Idempotency;
  }
}

export type Attempt =
  { readonly kind: 'keyless' } | { readonly kind: 'replay'; readonly answer: StoredAnswer } | First;

interface First {
  readonly kind: 'first';
  readonly caller: Caller;
  readonly use: KeyUse;
  readonly token: string;
}

export function declaredIdempotency(route: RouteOptions, access: Access): Idempotency {
  const declared = route.config?.idempotent;
  const methods = [route.method].flat();
  // A key belongs to a caller, and a public route has none.
  if (declared && (access.kind === 'public' || methods.every(isSafe)))
    throw new Error(`${methods.join('|')} ${route.url} has no use for an Idempotency-Key.`);
  return declared ?? (methods.some((name) => MADE_TWICE.has(name)) ? 'required' : 'optional');
}

// The claim commits before the work starts, so that a concurrent duplicate finds it.
export async function attemptOf(
  request: FastifyRequest,
  caller: Caller,
  idempotency: Idempotency,
  database: Database,
): Promise<Attempt> {
  if (isSafe(request.method)) return { kind: 'keyless' };
  const key = idempotencyKeyOf(request.headers[IDEMPOTENCY_KEY]);
  if (key !== undefined) return claimed(keyUseOf(request, key), caller, database);
  if (idempotency === 'required')
    throw new Refusal('idempotency-key-required', 'There is no Idempotency-Key.');
  return { kind: 'keyless' };
}

async function claimed(use: KeyUse, caller: Caller, database: Database): Promise<Attempt> {
  const claim = await database.tenantTransaction(caller, (tx) => claimKey(tx, use));
  if (claim.kind === 'other-request')
    throw new Refusal('idempotency-key-reused', 'The key was used for another request.');
  if (claim.kind === 'under-way')
    throw new Refusal('idempotency-key-in-use', 'The first request is under way.', RETRY_AFTER);
  return claim.kind === 'first' ? { ...claim, caller, use } : claim;
}

// A replay is authorized again: on the current resource, or on the stored one if it was deleted.
export function rememberedResource(attempt: Attempt): Resource | undefined {
  return attempt.kind === 'replay' ? attempt.answer.resource : undefined;
}

export function replay(reply: FastifyReply, answer: StoredAnswer): string {
  reply.header(REPLAYED, 'true');
  return send(reply, answer);
}

const retold = new WeakMap<object, object>();

// For an answer that shows a secret once. `kept` is the stored answer for retries, without the secret. (HOOK-6)
export function shownOnce<Answer extends object>(answer: Answer, kept: Answer): Answer {
  retold.set(answer, kept);
  return answer;
}

// The last step in the transaction of the change: the change, its audit event and its answer commit together.
export async function keep(
  tx: TenantTx,
  attempt: Attempt,
  resource: Resource,
  reply: FastifyReply,
  answer: unknown,
): Promise<unknown> {
  if (attempt.kind !== 'first') return answer;
  const now = written(reply, answer);
  const later = written(reply, retold.get(answer as object) ?? answer);
  const stored = { ...later, resource: onlyDecidedOn(resource) };
  if (!(await keepAnswer(tx, attempt.use, attempt.token, stored)))
    throw new Refusal('idempotency-key-in-use', 'Another request took the claim.', RETRY_AFTER);
  return send(reply, now);
}

// After a failure: the change was rolled back, but the claim had committed before it.
export async function settle(
  database: Database,
  request: FastifyRequest,
  attempt: Attempt,
  resource: Resource | undefined,
  error: unknown,
): Promise<void> {
  if (attempt.kind !== 'first') return;
  const { caller, use, token } = attempt;
  const answer = resource && refusalToKeep(request, resource, error);
  await database
    .tenantTransaction<unknown>(caller, (tx) =>
      answer ? keepAnswer(tx, use, token, answer) : giveKeyBack(tx, use, token),
    )
    // Answer with the first error. The lease ends by itself.
    .catch((reason: unknown) => request.log.event(events.keyNotGivenBack, { err: reason }));
}

// Store a refusal of the route's own code, since a retry would meet it again. An earlier refusal is not stored: a replay
// would tell a hidden resource from an absent one.
function refusalToKeep(
  request: FastifyRequest,
  resource: Resource,
  error: unknown,
): StoredAnswer | undefined {
  if (!(error instanceof Refusal)) return undefined;
  const { status } = problems[error.problem];
  if (!isKept(status)) return undefined;
  const body = JSON.stringify(problemBody(error.problem, request.id));
  const headers = { 'content-type': PROBLEM_TYPE };
  return { status, headers, body, resource: onlyDecidedOn(resource) };
}

export function isKept(status: number): boolean {
  return status < 500 && !NOT_KEPT.has(status);
}

// Serialized once: a replay sends the same text, even if the schemas have changed since.
function written(reply: FastifyReply, answer: unknown): Omit<StoredAnswer, 'resource'> {
  if (typeof answer !== 'object' || reply.statusCode >= 300)
    throw new TypeError('A route that takes a key answers 2xx with an object or null.');
  const location = reply.getHeader('location');
  const headers = {
    'content-type': JSON_TYPE,
    ...(typeof location === 'string' && { location }),
  };
  return { status: reply.statusCode, headers, body: String(reply.serialize(answer as object)) };
}

// `load` may return more than a decision needs, such as the whole row.
function onlyDecidedOn({ type, id, attributes }: Resource): Resource {
  return { type, id, attributes };
}

function send(
  reply: FastifyReply,
  { status, headers, body }: Omit<StoredAnswer, 'resource'>,
): string {
  reply.code(status).headers(headers).serializer(String);
  return body;
}
