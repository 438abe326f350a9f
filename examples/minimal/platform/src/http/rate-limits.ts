import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { CompiledQuery, sql } from 'kysely';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database, SystemTx } from '../database/database.ts';
import { events } from '../logging/events.ts';
import type { Api } from '../service/module.ts';
import { networkOf } from './origins.ts';
import { Refusal } from './problems.ts';

export interface RateLimit {
  readonly points: number;
  readonly seconds: number;
  // Points that are taken from the database at once, then counted in memory. A restart forfeits the rest of them, so
  // that it never grants more than the limit.
  readonly lease: number;
}

interface Limit extends RateLimit {
  // While the database does not answer: count in this process, or refuse.
  readonly withoutDatabase: 'count-here' | 'refuse';
  readonly why: string;
}

// Past a limit the answer is 429 until the window ends, and no longer: an attacker cannot lock a user out. (AUTH-11)
export const rateLimits = {
  network: {
    points: 1_200,
    seconds: 60,
    lease: 60,
    // Without the database guarded routes fail anyway. Public ones keep working.
    withoutDatabase: 'count-here',
    why: 'One host cannot take the service from everybody else; an office behind one address fits.',
  },
  caller: {
    points: 600,
    seconds: 60,
    lease: 30,
    withoutDatabase: 'count-here',
    why: 'A stolen session or a loop gone wrong is slowed down, wherever it comes from.',
  },
  delivery: {
    // Ten times what one process verifies in the busiest minute of a provider.
    points: 300_000,
    seconds: 60,
    lease: 1,
    withoutDatabase: 'count-here',
    why: 'Counted in memory: a stranger who sends what nobody signed makes nothing be written.',
  },
  'sign-in': {
    points: 20,
    seconds: 15 * 60,
    // Exact: a larger lease would grant extra guesses per process.
    lease: 1,
    // Otherwise an attacker could overload the database to get unlimited guesses.
    withoutDatabase: 'refuse',
    why: 'Guessing at a proof from one network takes longer than the proof lives.',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type RateLimits = Readonly<Record<keyof typeof rateLimits, Limit>>;

declare module 'fastify' {
  interface FastifyContextConfig {
    // Every route has the limit per network. `sign-in` adds one, `none` is for probes, and `delivery` is for signed
    // webhooks, which are counted in memory only.
    limit?: 'sign-in' | 'none' | 'delivery';
  }
}

type Take = (request: FastifyRequest, key: string) => Promise<void>;

// Runs before any session lookup, so that refusing stays cheap. The address comes from the connection or from a listed
// proxy, never from a header that a client chose. (AUTH-11)
export function limitNetworks(app: Api, database: Database, limits: RateLimits): void {
  const takeOfAny = limited('network', limits.network, database);
  const takeOfSignIn = limited('sign-in', limits['sign-in'], database);
  const deliveries = localLimiter('delivery', limits.delivery);
  app.addHook('onRequest', async (request) => {
    const { limit } = request.routeOptions.config;
    if (limit === 'none') return;
    const network = networkOf(request.ip);
    if (limit === 'delivery') {
      const wait = await deliveries.take(network);
      if (wait > 0) throw tooMany('delivery', limits.delivery, wait);
      return;
    }
    await takeOfAny(request, network);
    if (limit === 'sign-in') await takeOfSignIn(request, network);
  });
}

// Runs after authentication: a caller has one share, from however many networks.
export function limitCallers(app: Api, database: Database, limits: RateLimits): void {
  const takeOfCaller = limited('caller', limits.caller, database);
  app.addHook('onRequest', async (request) => {
    const { caller } = request;
    if (caller) await takeOfCaller(request, JSON.stringify([caller.tenant, caller.subject]));
  });
}

function limited(name: string, limit: Limit, database: Database): Take {
  const durable = durableLimiter(database, name, limit);
  const instead = limit.withoutDatabase === 'count-here' ? localLimiter(name, limit) : undefined;
  return async (request, key) => {
    const wait = await durable.take(key).catch((error: unknown) => {
      request.log.event(events.limitUncounted, { err: error });
      return countedHere(instead, key);
    });
    if (wait > 0) throw tooMany(name, limit, wait);
  };
}

// Where a count in one process is not enough, refuse. (AUTHZ-5)
function countedHere(instead: RateLimiter | undefined, key: string): Promise<number> {
  if (instead === undefined) throw new Refusal('limit-unknown', 'The limit cannot be counted.');
  return instead.take(key);
}

// The remaining points are exact only at 0, since points are leased several at a time.
function tooMany(name: string, { points, seconds }: Limit, waitMs: number): Refusal {
  const wait = Math.ceil(waitMs / 1000);
  return new Refusal('rate-limited', `The limit ${name} is reached.`, {
    'retry-after': String(wait),
    'ratelimit-policy': `"${name}";q=${points};w=${seconds}`,
    ratelimit: `"${name}";r=0;t=${wait}`,
  });
}

// An attacker with more networks causes more database queries, but not more memory.
const MOST_LEASES = 20_000;

export interface RateLimiter {
  /** How many milliseconds the key has to wait. 0 means that the request is counted and may proceed. */
  take(key: string): Promise<number>;
}

interface Lease {
  left: number;
  // The end of the window. Where the limit is reached, no request passes before it.
  readonly until: number;
  readonly reached: boolean;
}

/** Counts in the database: a restart resets nothing, and all processes share one limit. (AUTH-11) */
export function durableLimiter(database: Database, name: string, limit: RateLimit): RateLimiter {
  if (limit.points % limit.lease !== 0)
    throw new RangeError(`The lease of ${name} must divide its points: the rest is never given.`);
  const leases = new Map<string, Lease>();
  const asking = new Map<string, Promise<void>>();
  const store = new RateLimiterPostgres({
    storeClient: clientOn(database),
    storeType: 'pool',
    tableName: 'rate_limit',
    // Migrations create the table: the service may not.
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points: limit.points,
    duration: limit.seconds,
  });
  return { take };

  async function take(key: string): Promise<number> {
    const digest = digestOf(key);
    for (;;) {
      const lease = leases.get(digest);
      const remaining = lease ? lease.until - Date.now() : 0;
      if (lease && remaining > 0) {
        if (lease.reached) return remaining;
        if (lease.left > 0) {
          lease.left -= 1;
          return 0;
        }
      }
      await renew(digest);
    }
  }

  // One query at a time per key: otherwise each request of a burst would take a lease.
  function renew(digest: string): Promise<void> {
    const underWay = asking.get(digest);
    if (underWay) return underWay;
    const renewal = ask(digest).finally(() => asking.delete(digest));
    asking.set(digest, renewal);
    return renewal;
  }

  async function ask(digest: string): Promise<void> {
    const answer = await store.consume(digest, limit.lease).catch(ifReached);
    const reached = answer.consumedPoints > limit.points;
    const until = Date.now() + answer.msBeforeNext;
    leases.delete(digest);
    leases.set(digest, { left: reached ? 0 : limit.lease, until, reached });
    const [oldest] = leases.keys();
    if (leases.size > MOST_LEASES && oldest !== undefined) leases.delete(oldest);
  }
}

/** Counts in the memory of this process, for as long as the database does not answer. */
export function localLimiter(name: string, { points, seconds }: RateLimit): RateLimiter {
  const store = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  return {
    take: async (key) => {
      const answer = await store.consume(digestOf(key)).catch(ifReached);
      return answer.consumedPoints > points ? answer.msBeforeNext : 0;
    },
  };
}

/** Deletes expired windows. */
export async function sweepRateLimits(tx: SystemTx, now: Date = new Date()): Promise<void> {
  await sql`delete from rate_limit where expire <= ${now.getTime()}`.execute(tx.sql);
}

// The library throws a result where the limit is reached, and an error where it failed.
function ifReached(answer: unknown): RateLimiterRes {
  if (answer instanceof RateLimiterRes) return answer;
  throw answer;
}

// Queries run through our own database layer: with the service's role and time limits, on both engines.
function clientOn(database: Database) {
  return {
    query: ({ text, values }: { text: string; values: readonly unknown[] }) =>
      database.systemTransaction('count against a limit', async ({ sql: db }) => {
        const query = CompiledQuery.raw(text, [...values]);
        const { rows } = await db.executeQuery<{ points: number; expire: bigint }>(query);
        return { rows: rows.map((row) => ({ ...row, expire: Number(row.expire) })) };
      }),
  };
}

// A digest has one length, and the table shows no names or addresses.
function digestOf(key: string): string {
  return hash('sha256', key, 'base64url');
}
