import { hash } from 'node:crypto';
import { CompiledQuery, sql } from 'kysely';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database, SystemTx } from '../database/database.ts';

// An attacker with more networks causes more database queries, but not more memory.
const MOST_LEASES = 20_000;

export interface RateLimit {
  readonly points: number;
  readonly seconds: number;
  /**
   * How many points are taken from the database at once, and then counted in memory. A restart forfeits the
   * rest of them, so that it never grants more than the limit.
   */
  readonly lease: number;
}

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
