import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '@app/platform/database/database';
import type { RateLimit, RateLimiter } from '@app/platform/http/rate-limits';
import { durableLimiter, localLimiter, sweepRateLimits } from '@app/platform/http/rate-limits';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';

const exact: RateLimit = { points: 5, seconds: 600, lease: 1 };
const leased: RateLimit = { points: 20, seconds: 600, lease: 5 };

let database: Database;
let statements = 0;
before(async () => {
  const opened = await openPlatformDatabase();
  database = {
    ...opened,
    systemTransaction: (reason, work) => {
      statements += 1;
      return opened.systemTransaction(reason, work);
    },
  };
});
after(() => database.close());

test('a limit gives its points, then says how long to wait (AUTH-11)', async () => {
  const limiter = durableLimiter(database, 'gives', exact);
  assert.equal(await granted(limiter, 'alice', 8), 5);
  const wait = await limiter.take('alice');
  assert.ok(wait > 0 && wait <= exact.seconds * 1000);
});

test("one cannot exhaust another's", async () => {
  const limiter = durableLimiter(database, 'apart', exact);
  await granted(limiter, 'mallory', 50);
  assert.equal(await granted(limiter, 'alice', 8), 5);
  assert.equal(await granted(durableLimiter(database, 'other', exact), 'mallory', 8), 5);
});

test('a restart resets nothing, and gives nobody more', async () => {
  for (const limit of [exact, leased]) {
    const name = `restart-${limit.lease}`;
    let total = 0;
    for (let start = 0; start < 30; start += 1)
      total += await granted(durableLimiter(database, name, limit), 'alice', 1);
    assert.ok(total <= limit.points, name);
    assert.ok((await durableLimiter(database, name, limit).take('alice')) > 0, name);
  }
});

test('a burst within a process asks the database once for each lease, and not again once refused (AUTH-11)', async () => {
  const limiter = durableLimiter(database, 'cheap', leased);
  statements = 0;
  await Promise.all(Array.from({ length: 200 }, () => limiter.take('alice')));
  assert.equal(statements, leased.points / leased.lease + 1);
  await Promise.all(Array.from({ length: 200 }, () => limiter.take('alice')));
  assert.equal(statements, leased.points / leased.lease + 1);
});

test('what is counted here has the same limit', async () => {
  const limiter = localLimiter('local', exact);
  assert.equal(await granted(limiter, 'alice', 8), 5);
  assert.equal(await granted(limiter, 'bob', 8), 5);
});

test('a lease that would leave points over is an error (AUTH-11)', () => {
  const uneven = { ...exact, lease: 2 };
  assert.throws(() => durableLimiter(database, 'uneven', uneven), /must divide/);
});

async function granted(limiter: RateLimiter, key: string, requests: number): Promise<number> {
  const waits = await Promise.all(Array.from({ length: requests }, () => limiter.take(key)));
  return waits.filter((wait) => wait === 0).length;
}

test('a database that does not answer is an error, and no grant (AUTHZ-5)', async () => {
  const unreachable = { ...database, systemTransaction: () => Promise.reject(new Error('gone')) };
  const limiter = durableLimiter(unreachable, 'gone', exact);
  await assert.rejects(limiter.take('alice'), /gone/);
  await assert.rejects(limiter.take('alice'), /gone/);
});

test('who was limited cannot be read in the table, and is gone after the window (AUTH-11)', async () => {
  await durableLimiter(database, 'swept', exact).take('203.0.113.7');
  assert.equal(await rowsLike('203.0.113'), 0);
  assert.equal(await rowsLike('swept'), 1);
  await database.systemTransaction('sweep', (tx) => sweepRateLimits(tx));
  assert.equal(await rowsLike('swept'), 1);
  const later = new Date(Date.now() + exact.seconds * 1000 + 1);
  await database.systemTransaction('sweep', (tx) => sweepRateLimits(tx, later));
  assert.equal(await rowsLike('swept'), 0);
});

async function rowsLike(text: string): Promise<number> {
  const { rows } = await database.ownerTransaction('look at the table', (tx) =>
    sql`select from rate_limit where key like ${`%${text}%`}`.execute(tx.sql),
  );
  return rows.length;
}
