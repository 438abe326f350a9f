import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { AuditEvent } from '@app/platform/audit/record';
import { recordAudit } from '@app/platform/audit/record';
import { callerWithoutSession } from '../../platform/test/support/specimens.ts';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';

const database = await openPlatformDatabase();
after(() => database.close());

await database.ownerTransaction('test table', (tx) =>
  sql`create table change (name text not null); grant insert on change to app_api`.execute(tx.sql),
);
const caller = callerWithoutSession({ subject: 'alice', tenant: 'acme' });
const EVENT: AuditEvent = {
  action: 'Notes::Action::"create"',
  outcome: 'success',
  actor: 'alice',
  tenant: 'acme',
  resource: 'note:1',
};

async function auditRows(): Promise<Record<string, unknown>[]> {
  const query = sql<Record<string, unknown>>`select * from audit_event order by 1`;
  return (await database.ownerTransaction('test', (tx) => query.execute(tx.sql))).rows;
}

function record(event: Partial<AuditEvent>): Promise<void> {
  return database.systemTransaction('test', (tx) => recordAudit(tx, { ...EVENT, ...event }));
}

test('an event is kept with everything that was said about it (OBS-1)', async () => {
  const policyVersion = 'a'.repeat(64);
  const detail = { title: 'Zoë', size: 3, pinned: false };
  await database.tenantTransaction(caller, (tx) =>
    recordAudit(tx, { ...EVENT, detail, policyVersion, requestId: 'req-1' }),
  );
  const { id, recorded_at, digest, ...row } = (await auditRows()).at(-1) ?? {};
  assert.equal(typeof id, 'bigint');
  assert.ok(recorded_at instanceof Date);
  assert.ok(digest instanceof Buffer);
  assert.deepEqual(row, {
    class_uid: 6003,
    activity_id: 1,
    action: 'Notes::Action::"create"',
    outcome: 'success',
    actor: 'alice',
    tenant: 'acme',
    resource: 'note:1',
    detail,
    policy_version: policyVersion,
    request_id: 'req-1',
  });
});

test('before sign-in there is no tenant, and the row says so (OBS-1)', async () => {
  await record({ actor: 'anonymous', tenant: '', outcome: 'denied' });
  assert.equal((await auditRows()).at(-1)?.['tenant'], null);
});

test('an event without an actor or a resource is no event (OBS-1)', async () => {
  for (const empty of [{ actor: '' }, { resource: '' }]) {
    await assert.rejects(record(empty), /violates check constraint/);
  }
});

test('not even a session that calls itself a replica rewrites the trail (OBS-1)', async () => {
  await assert.rejects(
    database.ownerTransaction('test', async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx.sql);
      await sql`delete from audit_event`.execute(tx.sql);
    }),
    /append-only/,
  );
});

test('a change that fails leaves no record of having happened (OBS-1)', async () => {
  const before = (await auditRows()).length;
  await assert.rejects(
    database.tenantTransaction(caller, async (tx) => {
      await recordAudit(tx, EVENT);
      await sql`insert into change values (null)`.execute(tx.sql);
    }),
  );
  assert.equal((await auditRows()).length, before);
});

test('no text an attacker chooses keeps a refusal out of the trail (OBS-1)', async () => {
  for (const resource of [
    'note:\u0000',
    'x'.repeat(10_000),
    '\ud800',
    "'); drop table change; --",
  ]) {
    await record({ outcome: 'denied', resource, requestId: resource, detail: { resource } });
  }
  const { resource } = (await auditRows()).at(-1) ?? {};
  assert.equal(resource, "'); drop table change; --");
});

for (const statement of [
  'delete from audit_event',
  'delete from audit_event where false',
  'truncate audit_event cascade',
]) {
  test(`the trail is append-only: ${statement} (OBS-1)`, async () => {
    await record({});
    const before = await auditRows();
    await assert.rejects(
      database.ownerTransaction('test', (tx) => sql.raw(statement).execute(tx.sql)),
      /append-only/,
    );
    assert.deepEqual(await auditRows(), before);
  });
}
