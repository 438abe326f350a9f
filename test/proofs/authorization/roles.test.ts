import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { RoleChange } from '@app/platform/authorization/roles';
import { grantRole, revokeRole, rolesOf } from '@app/platform/authorization/roles';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';

const database = await openPlatformDatabase();
after(() => database.close());

const ROLES = ['member', 'operator'];

function change(subject: string, other: Partial<RoleChange> = {}): RoleChange {
  return { tenant: 'acme', subject, role: 'member', actor: 'root', ticket: 'CHG-123', ...other };
}

const grant = (asked: RoleChange, roles = ROLES) =>
  database.operatorTransaction('test', (tx) => grantRole(tx, asked, roles));
const revoke = (asked: RoleChange) =>
  database.operatorTransaction('test', (tx) => revokeRole(tx, asked));
const held = (subject: string, tenant = 'acme') =>
  database.systemTransaction('test', (tx) => rolesOf(tx, { tenant, subject }));

function insert(columns: string, values: string): Promise<unknown> {
  const statement = sql.raw(`
    insert into role_grant (tenant, subject, role, granted_by, grant_ticket ${columns})
    values ('acme', 'ida', 'member', 'root', ${values})`);
  return database.ownerTransaction('test', (tx) => statement.execute(tx.sql));
}

async function auditOf(subject: string): Promise<unknown[]> {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`
      select action, actor, tenant, detail from audit_event
      where resource = ${`user:${subject}`} order by id
    `.execute(tx.sql),
  );
  return rows;
}

test('a role is held from the grant to the revocation (AUTHZ-4)', async () => {
  assert.deepEqual(await grant(change('ann', { role: 'operator' })), {
    ok: true,
    value: undefined,
  });
  assert.deepEqual(await grant(change('ann')), { ok: true, value: undefined });
  assert.deepEqual(await held('ann'), ['member', 'operator']);
  assert.deepEqual(await revoke(change('ann')), { ok: true, value: undefined });
  assert.deepEqual(await held('ann'), ['operator']);
});

test('every change is audited, with who, what and why (OBS-1)', async () => {
  await grant(change('eve'));
  await revoke(change('eve', { actor: 'boss', ticket: 'CHG-9' }));
  assert.deepEqual(await auditOf('eve'), [
    {
      action: 'role.grant',
      actor: 'root',
      tenant: 'acme',
      detail: { role: 'member', ticket: 'CHG-123' },
    },
    {
      action: 'role.revoke',
      actor: 'boss',
      tenant: 'acme',
      detail: { role: 'member', ticket: 'CHG-9' },
    },
  ]);
});

test('what changes nothing is refused by name and not audited as a change (OBS-1)', async () => {
  assert.deepEqual(await revoke(change('fay')), { ok: false, error: 'not-held' });
  await grant(change('fay'));
  assert.deepEqual(await grant(change('fay')), { ok: false, error: 'already-held' });
  assert.equal((await auditOf('fay')).length, 1);
});

test('a revoked role can be granted again, and the history stays (AUTHZ-4)', async () => {
  await grant(change('gus'));
  await revoke(change('gus'));
  await grant(change('gus', { ticket: 'CHG-124' }));
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`select grant_ticket, revoke_ticket from role_grant where subject = 'gus' order by id`.execute(
      tx.sql,
    ),
  );
  assert.deepEqual(rows, [
    { grant_ticket: 'CHG-123', revoke_ticket: 'CHG-123' },
    { grant_ticket: 'CHG-124', revoke_ticket: null },
  ]);
});

test('the database itself refuses a grant without a ticket, or half a revocation', async () => {
  await assert.rejects(insert('', "'because'"), /role_grant_grant_ticket_check/);
  await assert.rejects(insert('', 'null'), /null value/);
  await assert.rejects(insert(', revoked_at', "'CHG-1', now()"), /role_grant_is_revoked_whole/);
});

test('a role does not follow its holder into another tenant (AUTHZ-1)', async () => {
  await grant(change('ben', { role: 'operator' }));
  assert.deepEqual(await held('ben', 'globex'), []);
});
