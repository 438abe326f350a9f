import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { recordAudit } from '@app/platform/audit/record';
import { localKeyStore } from '@app/platform/local/key-store';
import type { Sealing } from '@app/platform/audit/seal';
import { sealTrail } from '@app/platform/audit/seal';
import { verifyTrail } from '@app/platform/audit/verify';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { anchorsIn, recordEvents } from '../../platform/test/support/sealing.ts';

const database = await openPlatformDatabase();
after(() => database.close());
const lines: string[] = [];
const keys = localKeyStore(await folderWith({ after }, {}));
const sealing: Sealing = { database, keys, anchors: anchorsIn(lines) };

async function unsealed(): Promise<number> {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`select event_id from audit_unsealed`.execute(tx.sql),
  );
  return rows.length;
}

test('each event is sealed once, in the stream of its tenant (OBS-1)', async () => {
  await recordEvents(sealing, 'acme', ['a', 'b']);
  await recordEvents(sealing, 'globex', ['c']);
  await recordEvents(sealing, '', ['d']);
  assert.equal(await sealTrail(sealing), 4);
  assert.equal(await sealTrail(sealing), 0);
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`select stream, number, cardinality(event_ids) as count from audit_seal order by stream`.execute(
      tx.sql,
    ),
  );
  assert.deepEqual(rows, [
    { stream: '', number: 1n, count: 1 },
    { stream: 'acme', number: 1n, count: 2 },
    { stream: 'globex', number: 1n, count: 1 },
  ]);
  assert.equal(lines.length, 1, 'one line of anchors for all streams');
});

test('two that seal at the same time seal each event once (OBS-1)', async () => {
  await recordEvents(sealing, 'acme', ['e', 'f', 'g']);
  await Promise.all([sealTrail(sealing), sealTrail(sealing), sealTrail(sealing)]);
  await sealTrail(sealing);
  assert.equal(await unsealed(), 0);
  assert.deepEqual(await verifyTrail(sealing, 'acme'), {
    ok: true,
    value: { streams: 1, seals: 2, events: 5, anchors: lines.length, accepted: [] },
  });
});

// The embedded engine has one session: there nobody is ever under way while the sealer looks.
test('a writer that commits late is sealed late, and never skipped (OBS-1)', async (t) => {
  if (database.kind !== 'server') return t.skip('needs a second session');
  const recorded = Promise.withResolvers<void>();
  const sealed = Promise.withResolvers<void>();
  const slow = database.systemTransaction('a slow writer', async (tx) => {
    const event = { action: 'session.end', outcome: 'success', actor: 'slow' } as const;
    await recordAudit(tx, { ...event, tenant: 'acme', resource: 'session:1' });
    recorded.resolve();
    await sealed.promise;
  });
  await recorded.promise;
  await recordEvents(sealing, 'acme', ['h']);
  assert.equal(await sealTrail(sealing), 1);
  sealed.resolve();
  await slow;
  assert.equal(await sealTrail(sealing), 1);
  assert.ok((await verifyTrail(sealing, 'acme')).ok);
});

test('a seal that was not anchored is anchored by the next run (OBS-1)', async () => {
  await recordEvents(sealing, 'acme', ['j']);
  const full = { ...sealing.anchors, append: () => Promise.reject(new Error('disk full')) };
  await assert.rejects(sealTrail({ ...sealing, anchors: full }), /disk full/);
  const before = lines.length;
  await sealTrail(sealing);
  assert.equal(lines.length, before + 1);
});

const forged = sql`
  insert into audit_event (recorded_at, digest, class_uid, activity_id, action, outcome, actor,
                           resource)
  values ('2001-01-01', sha256('forged'), 6003, 1, 'x', 'success', 'mallory', 'note:1')
`;

test('nobody chooses when an event happened, or what its digest is (OBS-1)', async () => {
  await database.systemTransaction('test', (tx) => forged.execute(tx.sql));
  await database.ownerTransaction('test', async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx.sql);
    await forged.execute(tx.sql);
  });
  const { rows: queued } = await database.ownerTransaction('test', (tx) =>
    sql`
      select from audit_unsealed join audit_event on id = event_id where actor = 'mallory'
    `.execute(tx.sql),
  );
  assert.equal(queued.length, 2);
  await sealTrail(sealing);
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ fresh: boolean }>`
      select recorded_at > now() - interval '1 minute' as fresh from audit_event
      where actor = 'mallory'
    `.execute(tx.sql),
  );
  assert.deepEqual(rows, [{ fresh: true }, { fresh: true }]);
  assert.ok((await verifyTrail(sealing, '')).ok);
});

for (const statement of [
  'update audit_seal set number = 9',
  'delete from audit_seal',
  'delete from audit_purge',
]) {
  test(`not even a session that calls itself a replica: ${statement} (OBS-1)`, async () => {
    await assert.rejects(
      database.ownerTransaction('test', async (tx) => {
        await sql`set local session_replication_role = replica`.execute(tx.sql);
        await sql.raw(statement).execute(tx.sql);
      }),
      /append-only/,
    );
  });
}

test('what cannot be signed is not sealed, and is sealed when it can be (OBS-1)', async () => {
  await recordEvents(sealing, 'acme', ['i']);
  const broken = { ...keys, sign: () => Promise.reject(new Error('no key today')) };
  await assert.rejects(sealTrail({ ...sealing, keys: broken }), /no key today/);
  assert.equal(await unsealed(), 1);
  assert.equal(await sealTrail(sealing), 1);
});
