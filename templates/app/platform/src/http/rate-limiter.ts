import { hash } from 'node:crypto';
import { CompiledQuery, sql } from 'kysely';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database, SystemTx } from '../database/database.ts';

// Whoever has more networks than this makes us ask the database more often. It does not make us hold more.
const MOST_LEASES = 20_000;

export interface RateLimit {
  readonly points: number;
  readonly seconds: number;
  /**
   * How many points are taken from the database at once, and then counted here. A restart forfeits
   * what is left of them, so that it never gives anybody more.
   */
  readonly lease: number;
}

export interface RateLimiter {
  /** How many milliseconds this one has to wait. 0: it goes on, and is counted. */
  take(key: string): Promise<number>;
}

interface Lease {
  left: number;
  // The window's end. Nothing is to be had before it where the limit is reached.
  readonly until: number;
  readonly reached: boolean;
}

/** Counts in the database: a restart forgets nothing, and processes that share it share the limit. (AUTH-11) */
export function durableLimiter(database: Database, name: string, limit: RateLimit): RateLimiter {
  if (limit.points % limit.lease !== 0)
    throw new RangeError(`The lease of ${name} must divide its points: the rest is never given.`);
  const leases = new Map<string, Lease>();
  const asking = new Map<string, Promise<void>>();
  const store = new RateLimiterPostgres({
    storeClient: clientOn(database),
    storeType: 'pool',
    tableName: 'rate_limit',
    // Migrations make it: the service may not.
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

  // One question at a time about each: a burst would otherwise take a lease for each of its requests.
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

/** Counts here, for as long as the database does not answer. */
export function localLimiter(name: string, { points, seconds }: RateLimit): RateLimiter {
  const store = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  return {
    take: async (key) => {
      const answer = await store.consume(digestOf(key)).catch(ifReached);
      return answer.consumedPoints > points ? answer.msBeforeNext : 0;
    },
  };
}

/** Deletes the windows that are over. */
export async function sweepRateLimits(tx: SystemTx, now: Date = new Date()): Promise<void> {
  await sql`delete from rate_limit where expire <= ${now.getTime()}`.execute(tx.sql);
}

// A limit that is reached is thrown as an answer; anything else is a failure.
function ifReached(answer: unknown): RateLimiterRes {
  if (answer instanceof RateLimiterRes) return answer;
  throw answer;
}

// Through our own door: as the service's role, with its time limits, on either engine.
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

// One length whatever the key is, and no list of names to read in the table.
function digestOf(key: string): string {
  return hash('sha256', key, 'base64url');
}
