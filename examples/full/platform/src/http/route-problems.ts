import type { RouteOptions } from 'fastify';
import type { ProblemCode } from './problems.ts';
import { problemCodes } from './problems.ts';
import { rateLimits } from './rate-limits.ts';
import { isSafe } from './methods.ts';

type Meets = (route: RouteOptions) => boolean;

declare module 'fastify' {
  interface FastifyContextConfig {
    // Refusals of the route's own code that do not follow from its other declarations.
    refuses?: readonly ProblemCode[];
    // How a request to a public route proves its sender.
    proof?: 'signature';
  }
}

const always: Meets = () => true;
const own: Meets = () => false;

// Each row of problems.ts needs one here, or this does not compile: the description lists every refusal. (CHECK-11)
const MEETS: Readonly<Record<ProblemCode, Meets>> = {
  'invalid-request': always,
  'idempotency-key-required': (route) => takesKey(route) && route.config?.idempotent === 'required',
  'idempotency-key-invalid': takesKey,
  unauthenticated: isGuarded,
  unproven: ({ config }) => config?.proof !== undefined,
  forbidden: (route) => refusedAs(route) === 'forbidden',
  'cross-origin': isUnsafe,
  // A resource may be deleted.
  'not-found': (route) => isGuarded(route) || route.url.includes(':'),
  // A described method exists.
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

/** The refusals that a request to this route can meet, by the route's declarations. */
export function problemsOf(route: RouteOptions): readonly ProblemCode[] {
  const named = new Set(route.config?.refuses);
  return problemCodes.filter((code) => named.has(code) || MEETS[code](route));
}

/** Whether the route accepts an Idempotency-Key. */
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
