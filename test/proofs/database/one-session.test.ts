import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneSessionPool } from '@app/platform/database/embedded';

function recorded(waitMs = 1_000) {
  const log: string[] = [];
  const query = async (text: string) => {
    await sleep(1);
    log.push(text);
  };
  const close = async () => void log.push('closed');
  return { log, pool: oneSessionPool(query, close, waitMs) };
}

test('releasing twice gives the session away once', async () => {
  const { pool } = recorded(20);
  const first = await pool.connect();
  first.release();
  const second = await pool.connect();
  first.release();
  await assert.rejects(pool.connect(), /stayed busy/);
  second.release();
});

test('a transaction inside a transaction is told so, and does not hang', async () => {
  const { pool } = recorded(20);
  const outer = await pool.connect();
  await assert.rejects(pool.connect(), /Is a transaction opened inside another one\?/);
  outer.release();
  (await pool.connect()).release();
});

test('who gives up waiting takes nobody else out of the queue', async () => {
  const { pool } = recorded(30);
  const holder = await pool.connect();
  const gaveUp = assert.rejects(pool.connect(), /stayed busy/);
  await sleep(20);
  const patient = pool.connect();
  await gaveUp;
  holder.release();
  (await patient).release();
});

test('closing lets the transaction under way finish, and takes no more', async () => {
  const { log, pool } = recorded();
  const session = await pool.connect();
  const closing = pool.end();
  await assert.rejects(pool.connect(), /closed/);
  await session.query('commit', []);
  session.release();
  await closing;
  assert.deepEqual(log, ['commit', 'closed']);
});

const STEPS = ['begin', 'work', 'commit'];

test('two transactions never interleave on the one session', async () => {
  const { log, pool } = recorded();
  const transaction = async (name: string) => {
    const session = await pool.connect();
    for (const step of STEPS) await session.query(`${name} ${step}`, []);
    session.release();
  };
  await Promise.all(['a', 'b', 'c'].map(transaction));

  assert.deepEqual(
    log,
    ['a', 'b', 'c'].flatMap((name) => STEPS.map((step) => `${name} ${step}`)),
  );
});

test('a statement that was not awaited cannot run in the next transaction (AUTHZ-5)', async () => {
  const { log, pool } = recorded();
  const first = await pool.connect();
  first.release();
  const second = await pool.connect();
  await assert.rejects(first.query('select 1', []), /This transaction is over/);
  assert.deepEqual(log, []);
  second.release();
});

for (const end of ['commit', 'rollback'])
  test(`a statement that comes after the ${end} does not run on its own (AUTHZ-5)`, async () => {
    const { log, pool } = recorded();
    const session = await pool.connect();
    await session.query('begin', []);
    const ending = session.query(end, []);
    await assert.rejects(session.query('insert', []), /This transaction is over/);
    await ending;
    session.release();
    assert.deepEqual(log, ['begin', end]);
  });
