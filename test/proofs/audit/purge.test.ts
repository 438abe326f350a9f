import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { localKeyStore } from '@app/platform/local/key-store';
import { acceptFinding } from '@app/platform/audit/accept';
import { purgeTrail, RETENTION_DAYS } from '@app/platform/audit/purge';
import { AUDIT_KEY } from '@app/platform/audit/chain';
import type { Sealing } from '@app/platform/audit/seal';
import { sealTrail } from '@app/platform/audit/seal';
import { verifyTrail } from '@app/platform/audit/verify';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { anchorsIn, pastTheTriggers, recordEvents } from '../../platform/test/support/sealing.ts';
import { redigest } from './trail-attacks.ts';

const DAY_MS = 24 * 60 * 60_000;

// The key is older than every seal.
let clock = Date.now() - 500 * DAY_MS;
const database = await openPlatformDatabase();
after(() => database.close());
const keys = localKeyStore(await folderWith({ after }, {}), () => clock);
await keys.publicKeys(AUDIT_KEY);
clock = Date.now();
const sealing: Sealing = { database, keys, anchors: anchorsIn([]) };

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}

async function count(table: string, stream: string): Promise<number> {
  const column = table === 'audit_event' ? 'tenant' : 'stream';
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`select from ${sql.table(table)} where ${sql.ref(column)} = ${stream}`.execute(tx.sql),
  );
  return rows.length;
}

function asOperator(statement: string): Promise<unknown> {
  return database.operatorTransaction('test', (tx) => sql.raw(statement).execute(tx.sql));
}

function purgeRecord(stream: string, number: number): string {
  return `insert into audit_purge (stream, number, hash, purged_at, key_id, signature)
          select stream, number, hash, now(), key_id, signature from audit_seal
          where stream = '${stream}' and number = ${number}`;
}

// Three seals of that age, with one event each. The key must be older.
async function recordAged(stream: string, days: number): Promise<void> {
  const unsealed = 'id in (select event_id from audit_unsealed)';
  for (const resource of ['a', 'b', 'c']) {
    await recordEvents(sealing, stream, [resource]);
    await pastTheTriggers(
      sealing,
      `update audit_event set recorded_at = recorded_at - interval '${days} days' where ${unsealed}`,
      redigest(unsealed),
    );
    await sealTrail(sealing, () => new Date(Date.now() - days * 24 * 60 * 60_000));
  }
}

await recordAged('old', 450);
await recordAged('young', 300);
await recordAged('mixed', 420);
await recordEvents(sealing, 'mixed', ['d']);
await sealTrail(sealing);

test('an event that is younger than its seal says keeps the seal (OBS-1)', async () => {
  await assert.rejects(
    database.ownerTransaction('test', async (tx) => {
      for (const statement of [
        'alter table audit_event disable trigger audit_event_is_append_only',
        "update audit_event set recorded_at = now() where tenant = 'old' and resource = 'a'",
        "delete from audit_seal where stream = 'old' and number = 1",
      ]) {
        await sql.raw(statement).execute(tx.sql);
      }
    }),
    /younger than/,
  );
});

test('a young seal stays also where its events are gone: it shows that they were there (OBS-1)', async () => {
  await assert.rejects(
    database.ownerTransaction('test', async (tx) => {
      for (const statement of [
        'alter table audit_event disable trigger audit_event_is_append_only',
        "delete from audit_event where tenant = 'young' and resource = 'a'",
        purgeRecord('young', 1),
        "delete from audit_seal where stream = 'young' and number = 1",
      ]) {
        await sql.raw(statement).execute(tx.sql);
      }
    }),
    /younger than/,
  );
});

test('nothing is purged before its age is reached (OBS-1)', async () => {
  for (const before of [
    daysAgo(RETENTION_DAYS - 1),
    new Date(Date.now() + DAY_MS),
    new Date(NaN),
  ]) {
    const refused = await purgeTrail(sealing, before, 'operator:test');
    assert.deepEqual(refused, {
      ok: false,
      error: `Events are kept for ${RETENTION_DAYS} days: give an earlier date.`,
    });
  }
  assert.equal(await count('audit_event', 'old'), 3);
});

for (const [name, statement, refusal] of [
  ['a young seal', "delete from audit_seal where stream = 'young' and number = 1", /younger than/],
  [
    'a seal out of order',
    "delete from audit_seal where stream = 'old' and number = 2",
    /next to go/,
  ],
  ['without a purge', "delete from audit_seal where stream = 'old' and number = 1", /next to go/],
  ['an event alone', "delete from audit_event where tenant = 'old'", /permission denied/],
] as const) {
  test(`the database refuses an operator ${name}, whatever the code says (OBS-1)`, async () => {
    await assert.rejects(asOperator(statement), refusal);
  });
}

test('a broken trail is not purged: that would take the evidence away (OBS-1)', async () => {
  const edit = (actor: string) =>
    pastTheTriggers(
      sealing,
      `update audit_event set actor = '${actor}' where tenant = 'young' and resource = 'a'`,
    );
  await edit('bob');
  const refused = await purgeTrail(sealing, daysAgo(410), 'operator:test');
  assert.ok(!refused.ok);
  assert.match(refused.error, /broken at stream "young", seal 1.*nothing is purged/);
  await edit('alice');
});

for (const [name, purgedUpTo, deleted] of [
  ['the oldest seal goes first', 2, [2]],
  ['the newest seal stays', 3, [1, 2, 3]],
] as const) {
  test(`${name}, also where a purge is on record (OBS-1)`, async () => {
    await assert.rejects(
      database.operatorTransaction('test', async (tx) => {
        await sql.raw(purgeRecord('old', purgedUpTo)).execute(tx.sql);
        for (const number of deleted) {
          await sql`delete from audit_seal where stream = 'old' and number = ${number}`.execute(
            tx.sql,
          );
        }
      }),
      /next to go/,
    );
  });
}

test('what is old goes, the newest seal stays, and the chain goes on from there (OBS-1)', async () => {
  assert.deepEqual(await purgeTrail(sealing, daysAgo(410), 'operator:test'), {
    ok: true,
    value: 5,
  });
  assert.deepEqual(
    await Promise.all(['old', 'young', 'mixed'].map((stream) => count('audit_seal', stream))),
    [1, 3, 1],
  );
  // What is left of each, and in two of them the record of the purge.
  assert.deepEqual(
    await Promise.all(['old', 'young', 'mixed'].map((stream) => count('audit_event', stream))),
    [2, 3, 2],
  );
  await sealTrail(sealing);
  assert.deepEqual((await verifyTrail(sealing)).ok, true);
});

test('what was purged is no loss, and nobody accepts it as one (OBS-1)', async () => {
  const asked = { of: 'loss', actor: 'operator:test', ticket: 'INC-1' } as const;
  assert.deepEqual(await acceptFinding(sealing, asked), {
    ok: false,
    error: 'There is no loss to accept.',
  });
});

test('the next purge goes on where the last one ended (OBS-1)', async () => {
  assert.deepEqual(await purgeTrail(sealing, daysAgo(410), 'operator:test'), {
    ok: true,
    value: 1,
  });
  assert.deepEqual((await verifyTrail(sealing)).ok, true);
});

test('without the record of the purge the chain begins nowhere (OBS-1)', async () => {
  await pastTheTriggers(sealing, "delete from audit_purge where stream = 'mixed'");
  const trail = await verifyTrail(sealing, 'mixed');
  assert.ok(!trail.ok);
});

for (const statement of [
  'update audit_seal set number = 9',
  'truncate audit_seal',
  'update audit_purge set number = 9',
  'delete from audit_purge',
  'truncate audit_purge',
]) {
  test(`nobody rewrites what proves the trail: ${statement} (OBS-1)`, async () => {
    await assert.rejects(
      database.ownerTransaction('test', (tx) => sql.raw(statement).execute(tx.sql)),
      /append-only/,
    );
  });
}
