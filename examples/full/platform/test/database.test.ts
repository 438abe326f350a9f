import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { SystemTx, TenantTx } from '../src/database/database.ts';
import { oneSessionPool } from '../src/database/embedded.ts';
import { openDatabase } from '../src/database/open.ts';
import { serverConfig } from '../src/database/server.ts';
import { callerWithoutSession } from './support/caller.ts';
import { openTestDatabase } from './support/database.ts';
import { withEnvironment } from './support/environment.ts';

const database = await openTestDatabase();
after(() => database.close());
await database.ownerTransaction('test table', (tx) =>
  sql`
    create table entry (name text primary key);
    grant select, insert on entry to app_api;
  `.execute(tx.sql),
);
const caller = callerWithoutSession({ tenant: 'acme' });

async function names(): Promise<string[]> {
  const { rows } = await database.systemTransaction('test', (tx) =>
    sql<{ name: string }>`select name from entry order by name`.execute(tx.sql),
  );
  return rows.map(({ name }) => name);
}

function add(tx: TenantTx | SystemTx, name: string) {
  return sql`insert into entry values (${name})`.execute(tx.sql);
}

function addPair(name: string): Promise<void> {
  return database.systemTransaction('test', async (tx) => {
    await add(tx, `${name}-1`);
    await sleep(5);
    await add(tx, `${name}-2`);
    if (name === 'pair-b') throw new Error('undo');
  });
}

function tenantOf(tx: TenantTx | SystemTx): Promise<string | null> {
  return sql<{ tenant: string | null }>`
    select nullif(current_setting('app.tenant', true), '') as tenant
  `
    .execute(tx.sql)
    .then(({ rows }) => rows[0]?.tenant ?? null);
}

test('a tenant transaction knows its caller and carries the tenant (AUTHZ-1)', async () => {
  await database.tenantTransaction(caller, async (tx) => {
    assert.equal(tx.caller, caller);
    assert.equal(await tenantOf(tx), 'acme');
  });
});

test('the tenant does not outlive its transaction, committed or not (AUTHZ-1)', async () => {
  await database.tenantTransaction(caller, tenantOf);
  await assert.rejects(
    database.tenantTransaction(caller, async () => {
      throw new Error('undo');
    }),
  );
  for (let session = 0; session < 12; session += 1) {
    assert.equal(await database.systemTransaction('test', tenantOf), null);
  }
});

test('a transaction without a tenant says why', async () => {
  for (const reason of ['', '  ']) {
    await assert.rejects(
      database.systemTransaction(reason, async () => 1),
      /needs a reason/,
    );
    await assert.rejects(database.systemStatement(reason, sql`select 1`), /needs a reason/);
  }
});

test('what fails is undone as a whole', async () => {
  const before = await names();
  await assert.rejects(
    database.tenantTransaction(caller, async (tx) => {
      await add(tx, 'half');
      await add(tx, 'half');
    }),
    /duplicate key/,
  );
  assert.deepEqual(await names(), before);
});

test('a server ends what runs, waits or idles too long', async (t) => {
  if (database.kind !== 'server') return t.skip('the embedded engine cannot interrupt itself');
  const settings = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  for (const setting of settings) {
    assert.notEqual(await read(`current_setting('${setting}')`), '0');
  }
});

test('transactions at the same time do not see each other half done', async () => {
  await Promise.allSettled(['pair-a', 'pair-b', 'pair-c'].map(addPair));
  const pairs = (await names()).filter((name) => name.startsWith('pair'));
  assert.deepEqual(pairs, ['pair-a-1', 'pair-a-2', 'pair-c-1', 'pair-c-2']);
});

test('a transaction that leaked cannot be used by whoever comes after (AUTHZ-5)', async () => {
  const leaked = await database.tenantTransaction(caller, async (tx) => tx);
  await assert.rejects(add(leaked, 'leaked'), /already committed|is over/);
  assert.ok(!(await names()).includes('leaked'));
});

async function read(expression: string): Promise<unknown> {
  const query = sql<{ value: unknown }>`select ${sql.raw(expression)} as value`;
  const { rows } = await database.systemTransaction('test', (tx) => query.execute(tx.sql));
  return rows[0]?.value;
}

async function roundTrip(value: unknown, type: string): Promise<unknown> {
  const query = sql<{ value: unknown }>`select ${value}::${sql.raw(type)} as value`;
  const { rows } = await database.systemTransaction('test', (tx) => query.execute(tx.sql));
  return rows[0]?.value;
}

const readings: Record<string, unknown> = {
  '9007199254740993::bigint': 9007199254740993n,
  'count(*)': 1n,
  '42::integer': 42,
  '1.10::numeric': '1.10',
  '0.5::float8': 0.5,
  "'2026-03-29'::date": '2026-03-29',
  "'2026-03-29 02:30:00'::timestamp": '2026-03-29 02:30:00',
  "'2026-03-29 02:30:00.123+02'::timestamptz": new Date('2026-03-29T00:30:00.123Z'),
  "'2026-03-29 02:30:00+05:30'::timestamptz": new Date('2026-03-28T21:00:00.000Z'),
  "'\\x00ff'::bytea": Buffer.from([0, 255]),
  true: true,
  'null::bigint': null,
  '\'{"a": [1, null]}\'::jsonb': { a: [1, null] },
  "array['a', 'b,\"c', null]": ['a', 'b,"c', null],
  'array[1, null, 9007199254740993]::bigint[]': [1n, null, 9007199254740993n],
  "'{}'::bigint[]": [],
  "array['1.10']::numeric[]": ['1.10'],
  "array['2026-03-29']::date[]": ['2026-03-29'],
  "array['2026-03-29 02:30:00']::timestamp[]": ['2026-03-29 02:30:00'],
  "array['2026-03-29 02:30:00+00']::timestamptz[]": [new Date('2026-03-29T02:30:00Z')],
  "array['\\x61'::bytea]": [Buffer.from('a')],
};

for (const [expression, expected] of Object.entries(readings)) {
  test(`${expression} reads the same on both engines`, async () => {
    const value = await read(expression);
    assert.deepEqual(value, expected);
    assert.equal(Buffer.isBuffer(value), Buffer.isBuffer(expected));
  });
}

const written: [unknown, string][] = [
  [9007199254740993n, 'bigint'],
  [new Date('2026-03-29T00:30:00.123Z'), 'timestamptz'],
  [Buffer.from([0, 39, 92, 255]), 'bytea'],
  ["it's; drop table x --", 'text'],
  [['a', 'b,"c', '{}', 'NULL', null], 'text[]'],
  [[], 'text[]'],
  [true, 'boolean'],
  [-1, 'integer'],
  [null, 'text'],
];

for (const [value, type] of written) {
  test(`a ${type} comes back as it was written`, async () => {
    assert.deepEqual(await roundTrip(value, type), value);
  });
}

test('what a value cannot hold is refused, not rounded', async () => {
  await assert.rejects(read("'infinity'::timestamptz"), /is no instant/);
  await assert.rejects(read('array[array[1, 2]]::bigint[]'), /one dimension/);
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

function recorded(waitMs = 1_000) {
  const log: string[] = [];
  const query = async (text: string) => {
    await sleep(1);
    log.push(text);
  };
  const close = async () => void log.push('closed');
  return { log, pool: oneSessionPool(query, close, waitMs) };
}

const folder = await mkdtemp(join(tmpdir(), 'server-'));
const caFile = join(folder, 'ca.pem');
await writeFile(caFile, 'a certificate');
after(() => rm(folder, { recursive: true }));
const REMOTE = { kind: 'server', url: 'postgres://app@db.internal/orders' } as const;

test('a server elsewhere must prove who it is, whatever the environment says', async (t) => {
  withEnvironment(t, { PGSSLMODE: 'no-verify', NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  const { ssl } = await serverConfig(REMOTE);
  assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2' });
});

test('nothing leaves this machine unencrypted: only loopback and sockets go without TLS', async () => {
  for (const host of ['127.0.0.1', '[::1]', 'localhost', '%2Frun%2Fpostgresql']) {
    const { ssl } = await serverConfig({ kind: 'server', url: `postgres://app@${host}/orders` });
    assert.equal(ssl, false);
  }
});

test('a server that will not speak TLS is told nothing', async (t) => {
  const received: Buffer[] = [];
  const server = await listen((data) => received.push(data));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = `postgres://app@127.0.0.1:${port}/orders`;
  const unencrypted = await openDatabase({ kind: 'server', url, caFile });
  t.after(() => unencrypted.close());

  assert.equal(await unencrypted.ready(), false);
  assert.ok(!Buffer.concat(received).includes('app'));
});

function listen(onData: (data: Buffer) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      onData(data);
      socket.write('N');
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
