import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crowded, groupCommit } from '@app/platform/webhooks/group-commit';

const POISON = 13;
const violation = Object.assign(new Error('a constraint'), { code: '23514' });
const MIB = 1024 * 1024;
const small = () => 1;

test('what arrives together is written together, and each is told its own result', async () => {
  const flushes: (readonly number[])[] = [];
  const keep = groupCommit<number, number>(async (rows) => {
    flushes.push(rows);
    return rows.map((row) => row * 2);
  }, small);
  assert.deepEqual(await Promise.all([1, 2, 3].map(keep)), [2, 4, 6]);
  assert.deepEqual(flushes, [[1, 2, 3]]);
  assert.equal(await keep(4), 8);
});

test('one flush is under way at a time, of 128 rows at most', async () => {
  let underWay = 0;
  const sizes: number[] = [];
  const keep = groupCommit<number, number>(async (rows) => {
    underWay += 1;
    assert.equal(underWay, 1);
    sizes.push(rows.length);
    await new Promise(setImmediate);
    underWay -= 1;
    return rows;
  }, small);
  await Promise.all(Array.from({ length: 300 }, (_, row) => keep(row)));
  assert.deepEqual(sizes, [128, 128, 44]);
});

test('a row that the database refuses fails alone (HOOK-3)', async () => {
  const kept: number[] = [];
  const keep = groupCommit<number, number>(async (rows) => {
    if (rows.includes(POISON)) throw violation;
    kept.push(...rows);
    return rows;
  }, small);
  const results = await Promise.allSettled([1, POISON, 2, 3].map(keep));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
  assert.deepEqual(kept, [1, 2, 3]);
});

test('a database that is gone is asked once a batch, and not once a row', async () => {
  let asked = 0;
  const keep = groupCommit<number, number>(async () => {
    asked += 1;
    throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  }, small);
  const results = await Promise.allSettled([1, 2, 3].map(keep));
  assert.ok(results.every(({ status }) => status === 'rejected'));
  assert.equal(asked, 1);
});

test('whoever comes when too many wait is told so at once', async () => {
  const keep = groupCommit<number, number>(async (rows) => rows, small);
  const results = await Promise.allSettled(Array.from({ length: 2_049 }, (_, row) => keep(row)));
  const last = results.at(-1);
  assert.ok(last?.status === 'rejected' && last.reason instanceof Crowded);
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
  assert.equal(await keep(1), 1);
});

test('of large rows a statement takes fewer, and one always goes', async () => {
  const flushes: (readonly number[])[] = [];
  const keep = groupCommit<number, number>(
    async (rows) => {
      flushes.push(rows);
      return rows;
    },
    (mebibytes) => mebibytes * MIB,
  );
  await Promise.all([1, 2, 1, 1, 5, 1].map(keep));
  assert.deepEqual(flushes, [[1, 2, 1], [1], [5], [1]]);
});

test('what waits is bounded in bytes too, and there is room again once it is written', async () => {
  const keep = groupCommit<number, number>(
    async (rows) => rows,
    (mebibytes) => mebibytes * MIB,
  );
  const results = await Promise.allSettled(Array.from({ length: 65 }, () => keep(1)));
  const last = results.at(-1);
  assert.ok(last?.status === 'rejected' && last.reason instanceof Crowded);
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
  assert.equal(await keep(60), 60);
});
