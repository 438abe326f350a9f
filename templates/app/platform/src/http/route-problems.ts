import type { RouteOptions } from 'fastify';
import type { ProblemCode } from './problems.ts';
import { problemCodes } from './problems.ts';
import { rateLimits } from './rate-limits.ts';
import { isSafe } from './methods.ts';

type Meets = (route: RouteOptions) => boolean;

declare module 'fastify' {
  interface FastifyContextConfig {
    // What the route's own code refuses with, where nothing else it declares says so.
    refuses?: readonly ProblemCode[];
    // How a request to a public route proves itself, where there is no session.
    proof?: 'signature';
  }
}

const always: Meets = () => true;
const own: Meets = () => false;

// A row of problems.ts that is not here does not compile: whoever adds a refusal says which routes meet it. (CHECK-11)
const MEETS: Readonly<Record<ProblemCode, Meets>> = {
  'invalid-request': always,
  'idempotency-key-required': (route) => takesKey(route) && route.config?.idempotent === 'required',
  'idempotency-key-invalid': takesKey,
  unauthenticated: isGuarded,
  unproven: ({ config }) => config?.proof !== undefined,
  forbidden: (route) => refusedAs(route) === 'forbidden',
  'cross-origin': isUnsafe,
  // Whatever an access loads may be gone.
  'not-found': (route) => isGuarded(route) || route.url.includes(':'),
  // What is described exists.
  'method-not-allowed': own,
  'request-timeout': always,
  'idempotency-key-in-use': takesKey,
  conflict: own,
  'body-too-large': isUnsafe,
  'uri-too-long': always,
  'unsupported-media-type': isUnsafe,
  'expectation-failed': always,
  'idempotency-key-reused': takesKey,
  'rate-limited': (route) => isGuarded(route) || route.config?.limit !== 'none',
  'headers-too-large': always,
  internal: always,
  'not-ready': own,
  'limit-unknown': ({ config }) =>
    config?.limit === 'sign-in' && rateLimits['sign-in'].withoutDatabase === 'refuse',
  'handler-timeout': always,
};

/** What a request to this route can be refused with, by what the route declares. */
export function problemsOf(route: RouteOptions): readonly ProblemCode[] {
  const named = new Set(route.config?.refuses);
  return problemCodes.filter((code) => named.has(code) || MEETS[code](route));
}

/** Whether a change may be sent under a key, so that a retry is answered as the first request was. */
export function takesKey(route: RouteOptions): boolean {
  return isGuarded(route) && isUnsafe(route);
}

function isGuarded({ config }: RouteOptions): boolean {
  return config?.access?.kind === 'allow';
}

function isUnsafe({ method }: RouteOptions): boolean {
  return ![method].flat().every(isSafe);
}

function refusedAs({ config }: RouteOptions): ProblemCode | undefined {
  return config?.access?.kind === 'allow' ? config.access.refusedAs : undefined;
}
