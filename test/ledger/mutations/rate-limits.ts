import type { Mutation } from './mutation.ts';

const limiter = 'platform/src/http/rate-limiter.ts';
const network = 'platform/src/http/origins.ts';
const http = 'platform/src/http/rate-limits.ts';
const app = 'services/api/app.ts';
const limiterTest = 'proofs/http/rate-limiter.test.ts';
const networkTest = 'proofs/http/network.test.ts';
const httpTest = 'proofs/http/rate-limit.test.ts';

const oneShare =
  'a caller has one share from however many networks, and cannot take that of another one (AUTH-11)';

/** A limit that somebody walks around, or that costs more than what it saves. */
export const rateLimitMutations: readonly Mutation[] = [
  of(
    limiter,
    'if (lease.reached) return remaining;',
    'if (lease.reached) return 0;',
    limiterTest,
    'a limit gives its points, then says how long to wait (AUTH-11)',
  ),
  of(
    limiter,
    'if (underWay) return underWay;',
    '',
    limiterTest,
    'a burst within a process asks the database once for each lease, and not again once refused (AUTH-11)',
  ),
  of(
    limiter,
    'if (lease && remaining > 0) {',
    'if (lease) {',
    limiterTest,
    'after its window, a limit gives again (AUTH-11)',
  ),
  of(
    limiter,
    'limit.points % limit.lease !== 0',
    'limit.points < limit.lease',
    limiterTest,
    'a lease that would leave points over is an error (AUTH-11)',
  ),
  of(
    limiter,
    'store.consume(digest, limit.lease)',
    'store.consume(digest, 1)',
    limiterTest,
    'a burst from several processes does not overshoot (AUTH-11)',
  ),
  of(
    limiter,
    "hash('sha256', key, 'base64url')",
    'key',
    limiterTest,
    'who was limited cannot be read in the table, and is gone after the window (AUTH-11)',
  ),
  of(
    limiter,
    'delete from rate_limit where expire <= ${now.getTime()}',
    'delete from rate_limit where ${now.getTime()} > 0',
    limiterTest,
    'who was limited cannot be read in the table, and is gone after the window (AUTH-11)',
  ),
  {
    ...of(
      limiter,
      '  if (answer instanceof RateLimiterRes) return answer;\n  throw answer;',
      '  if (answer instanceof RateLimiterRes) return answer;\n  return new RateLimiterRes(1, 1_000, 0, false);',
      limiterTest,
      'a database that does not answer is an error, and no grant (AUTHZ-5)',
    ),
    control: 'AUTHZ-5',
  },
  of(
    network,
    'groups.slice(0, GROUPS_OF_A_NETWORK)',
    'groups',
    networkTest,
    'every address of a /64 is the same network, in every spelling (AUTH-11)',
  ),
  of(
    network,
    'if (high !== undefined && low !== undefined) return dotted(high, low);',
    '',
    networkTest,
    'an IPv4 address is a network of its own, however it arrives (AUTH-11)',
  ),
  of(
    http,
    'networkOf(request.ip)',
    "networkOf(String(request.headers['x-forwarded-for'] ?? request.ip))",
    httpTest,
    'a header that a client chose changes nothing (AUTH-11)',
  ),
  of(
    http,
    'networkOf(request.ip)',
    'request.ip',
    httpTest,
    'rotating through the addresses of a /64 changes nothing (AUTH-11)',
  ),
  of(
    http,
    "if (limit === 'none') return;",
    '',
    httpTest,
    'every route is limited but the probes (AUTH-11)',
  ),
  of(
    http,
    "if (limit === 'none') return;",
    "if (limit === 'none' || request.is404) return;",
    httpTest,
    'every route is limited but the probes (AUTH-11)',
  ),
  of(
    http,
    "if (limit === 'sign-in') await takeOfSignIn(request, network);",
    '',
    httpTest,
    'guesses at a proof have a limit of their own (AUTH-11)',
  ),
  of(http, 'JSON.stringify([caller.tenant, caller.subject])', 'caller.subject', httpTest, oneShare),
  of(
    http,
    'JSON.stringify([caller.tenant, caller.subject])',
    'caller.sessionId',
    httpTest,
    oneShare,
  ),
  of(
    http,
    'JSON.stringify([caller.tenant, caller.subject])',
    '`"${caller.tenant}","${caller.subject}"`',
    httpTest,
    'names that would run together are two callers (AUTH-11)',
  ),
  {
    ...of(
      http,
      "if (instead === undefined) throw new Refusal('limit-unknown', 'The limit cannot be counted.');\n  return instead.take(key);",
      'return instead?.take(key) ?? Promise.resolve(0);',
      httpTest,
      'without the database guesses are refused, and the rest is counted here (AUTHZ-5)',
    ),
    control: 'AUTHZ-5',
  },
  of(app, /^ *limitCallers\(.*\n/m, '', httpTest, oneShare),
  of(
    app,
    /^ *limitNetworks\(.*\n/m,
    '',
    httpTest,
    'past its limit a network is refused, and told when to come back (AUTH-11)',
  ),
];

function of(
  file: string,
  find: string | RegExp,
  replace: string,
  testFile: string,
  test: string,
): Mutation {
  return { control: 'AUTH-11', file, find, replace, testFile, test };
}
