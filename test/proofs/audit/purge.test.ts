import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { localKeyStore } from '@app/platform/local/key-store';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import {
  anchorsIn,
  pastTheTriggers,
  recordAged,
  recordEvents,
} from '../../platform/test/support/sealing.ts';
import { acceptFinding } from '@app/platform/audit/accept';
import { purgeTrail } from '@app/platform/audit/purge';
import { AUDIT_KEY } from '@app/platform/audit/chain';
import type { Sealing } from '@app/platform/audit/seal';
import { sealTrail } from '@app/platform/audit/seal';
import { verifyTrail } from '@app/platform/audit/verify';

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

function purgeRecord(stream: string, number: number): string {
  return `insert into audit_purge (stream, number, hash, purged_at, key_id, signature)
          select stream, number, hash, now(), key_id, signature from audit_seal
          where stream = '${stream}' and number = ${number}`;
}

await recordAged(sealing, 'old', 450);
await recordAged(sealing, 'young', 300);
await recordAged(sealing, 'mixed', 420);
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
