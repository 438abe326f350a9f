import type { Mutation } from './mutation.ts';

const http = (file: string) => `services/api/http/${file}.ts`;
const problems = http('route-problems');
const openapi = http('openapi');

const wrong = 'whatever is wrong with a request, its operation lists the answer (CHECK-11)';
const change =
  'a change, its retry and its conflicts are listed with what they say beside the body (CHECK-11)';
const often = 'who asks too often is told so where it is listed, and nowhere else (CHECK-11)';
const listed = 'nothing is listed that no request meets (CHECK-11)';

/** A description that leaves out what a client will meet, or warns of what it never does. */
export const descriptionMutations: readonly Mutation[] = (
  [
    [problems, 'unauthenticated: isGuarded', 'unauthenticated: own', wrong],
    [problems, "'expectation-failed': always", "'expectation-failed': own", wrong],
    [problems, "'cross-origin': isUnsafe", "'cross-origin': own", wrong],
    [problems, "'body-too-large': isUnsafe", "'body-too-large': own", wrong],
    [problems, "'idempotency-key-invalid': takesKey", "'idempotency-key-invalid': own", wrong],
    [problems, "'idempotency-key-in-use': takesKey", "'idempotency-key-in-use': own", change],
    [problems, "'idempotency-key-reused': takesKey", "'idempotency-key-reused': own", change],
    [problems, "'idempotency-key-reused': takesKey", "'idempotency-key-reused': isGuarded", listed],
    [problems, "'unsupported-media-type': isUnsafe", "'unsupported-media-type': always", listed],
    [problems, 'unauthenticated: isGuarded', 'unauthenticated: always', listed],
    [problems, "refusedAs(route) === 'forbidden'", 'isGuarded(route)', listed],
    [problems, "isGuarded(route) || route.config?.limit !== 'none'", 'isUnsafe(route)', often],
    [problems, "isGuarded(route) || route.config?.limit !== 'none'", 'always(route)', often],
    [
      openapi,
      "takesKey(route) ? { headers: { 'Idempotency-Replayed'",
      "isKept(599) ? { headers: { 'Idempotency-Replayed'",
      change,
    ],
    [openapi, "route.config?.idempotent === 'required' ? IdempotencyKey : ", '', change],
    [
      openapi,
      "'idempotency-key-in-use': { 'Retry-After': RetryAfter }",
      "'idempotency-key-in-use': {}",
      change,
    ],
    [openapi, "    'RateLimit-Policy': RateLimitPolicy,\n", '', often],
  ] as const
).map(([file, find, replace, test]) => ({
  control: 'CHECK-11',
  file,
  find,
  replace,
  testFile: 'test/invariants/answers-are-described.test.ts',
  test,
}));
