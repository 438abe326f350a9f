import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { SystemTx, TenantTx } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { serverConfig } from '../src/database/server.ts';
import { openTestDatabase } from './support/database.ts';
import { withEnvironment } from './support/environment.ts';
import { folderWith } from './support/folder.ts';
import { callerWithoutSession } from './support/specimens.ts';

const database = await openTestDatabase();
after(() => database.close());
await database.ownerTransaction('test table', (tx) =>
  sql`create table entry (name text); grant select, insert on entry to app_api`.execute(tx.sql),
);
const caller = callerWithoutSession({ tenant: 'acme' });

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

test('a transaction that leaked cannot be used by whoever comes after (AUTHZ-5)', async () => {
  const leaked = await database.tenantTransaction(caller, async (tx) => tx);
  const leave = sql`insert into entry values ('leaked')`;
  await assert.rejects(leave.execute(leaked.sql), /already committed|is over/);
  assert.equal(await read(sql`(select count(*) from entry)`), 0n);
});

const readings: Record<string, unknown> = {
  '9007199254740993::bigint': 9007199254740993n,
  'count(*)': 1n,
  '1.10::numeric': '1.10',
  "'2026-03-29'::date": '2026-03-29',
  "'2026-03-29 02:30:00'::timestamp": '2026-03-29 02:30:00',
  "'2026-03-29 02:30:00.123+02'::timestamptz": new Date('2026-03-29T00:30:00.123Z'),
  "'\\x00ff'::bytea": Buffer.from([0, 255]),
  '\'{"a": [1, null]}\'::jsonb': { a: [1, null] },
  "array['a', 'b,\"c', null]": ['a', 'b,"c', null],
  'array[1, null, 9007199254740993]::bigint[]': [1n, null, 9007199254740993n],
  "array['2026-03-29 02:30:00+00']::timestamptz[]": [new Date('2026-03-29T02:30:00Z')],
  "array['\\x61'::bytea]": [Buffer.from('a')],
};

for (const [expression, expected] of Object.entries(readings)) {
  test(`${expression} reads the same on both engines`, async () => {
    const value = await read(sql.raw(expression));
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
];

for (const [value, type] of written) {
  test(`a ${type} comes back as it was written`, async () => {
    assert.deepEqual(await read(sql`${value}::${sql.raw(type)}`), value);
  });
}

test('what a value cannot hold is refused, not rounded', async () => {
  await assert.rejects(read(sql`'infinity'::timestamptz`), /is no instant/);
  await assert.rejects(read(sql`array[array[1, 2]]::bigint[]`), /one dimension/);
});

test('a server elsewhere must prove who it is, whatever the environment says', async (t) => {
  withEnvironment(t, { PGSSLMODE: 'no-verify', NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  const { ssl } = await serverConfig({ kind: 'server', url: 'postgres://app@db.internal/orders' });
  assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2' });
});

test('a server that will not speak TLS is told nothing', async (t) => {
  const folder = await folderWith(t, { 'ca.pem': 'a certificate' });
  const received: Buffer[] = [];
  const server = await listen((data) => received.push(data));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = `postgres://app@127.0.0.1:${port}/orders`;
  const unencrypted = await openDatabase({ kind: 'server', url, caFile: join(folder, 'ca.pem') });
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

function read(expression: RawBuilder<unknown>): Promise<unknown> {
  return database.systemTransaction('test', (tx) => readIn(tx, expression));
}

function tenantOf(tx: TenantTx | SystemTx): Promise<unknown> {
  return readIn(tx, sql`nullif(current_setting('app.tenant', true), '')`);
}

async function readIn(tx: TenantTx | SystemTx, expression: RawBuilder<unknown>): Promise<unknown> {
  const query = sql<{ value: unknown }>`select ${expression} as value`;
  return (await query.execute(tx.sql)).rows[0]?.value;
}
