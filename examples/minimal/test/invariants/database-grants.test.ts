import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { SystemTx } from '@app/platform/database/database';
import { OPERATOR_ROLE, SERVICE_ROLE } from '@app/platform/database/sessions';
import { openTestApp } from '../support/build-app.ts';
import { installedSupport } from '../support/installed.ts';

// A boundary on a server. The embedded engine logs in as its owner: here it shows that a grant is missing, no more.

const service = await openTestApp();
after(() => service.close());

const INSUFFICIENT_PRIVILEGE = '42501';

// Tables with a tenant that are not behind the tenant wall, and why.
const BEFORE_THE_WALL: Readonly<Record<string, string>> = {
  audit_event: 'The service adds to it and reads nothing back.',
  role_grant: 'It is read to find out what a caller may do, before there is a caller.',
  session: 'It is read to find out which tenant a request belongs to.',
};

// The rights of each role on the tables of the platform. A new line here is a new right for an injected statement.
const PLATFORM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [SERVICE_ROLE]: {
    audit_event: 'INSERT SELECT(digest) SELECT(id) SELECT(tenant)',
    audit_seal: 'INSERT SELECT',
    audit_unsealed: 'DELETE SELECT',
    idempotency_key:
      'DELETE INSERT SELECT UPDATE(body) UPDATE(claim) UPDATE(expires_at) UPDATE(fingerprint) ' +
      'UPDATE(headers) UPDATE(locked_until) UPDATE(resource) UPDATE(status)',
    rate_limit: 'DELETE INSERT SELECT UPDATE(expire) UPDATE(points)',
    role_grant: 'SELECT',
    schema_migration: 'SELECT',
    session: 'DELETE INSERT SELECT UPDATE(ended_at) UPDATE(last_seen_at)',
  },
  [OPERATOR_ROLE]: {
    audit_event: 'INSERT SELECT',
    audit_purge: 'INSERT SELECT',
    audit_seal: 'DELETE SELECT',
    audit_unsealed: 'SELECT',
    role_grant: 'INSERT SELECT UPDATE(revoke_ticket) UPDATE(revoked_at) UPDATE(revoked_by)',
    schema_migration: 'SELECT',
    session: 'SELECT(ended_at) SELECT(id) SELECT(subject) SELECT(tenant) UPDATE(ended_at)',
  },
};

// A row of a module may change, and never whose it is.
const OF_A_MODULE = /^(?:SELECT(?:\(\w+\))?|INSERT|DELETE|UPDATE\((?!id\)|tenant\)|owner\))\w+\))$/;

// Operators' commands have a use for few of them, and each is listed in the samples.ts of its module.
const installed = (await installedSupport()).map(({ operatorRights }) => operatorRights);
const OF_OPERATORS: Readonly<Record<string, string>> = Object.assign({}, ...installed);

for (const role of [SERVICE_ROLE, OPERATOR_ROLE]) {
  test(`${role} holds what is listed for the platform, and rows of modules at most (AUTHZ-4)`, async () => {
    const held = await rightsOf(role);
    const platform = new Set(Object.values(PLATFORM).flatMap(Object.keys));
    const listed = held.filter(([table]) => platform.has(table));
    assert.deepEqual(Object.fromEntries(listed), PLATFORM[role]);
    for (const [table, rights] of held.filter(([name]) => !platform.has(name))) {
      if (role === OPERATOR_ROLE) assert.equal(rights, OF_OPERATORS[table], table);
      for (const right of rights.split(' ')) assert.match(right, OF_A_MODULE, table);
    }
  });
}

for (const [role, transaction] of [
  [SERVICE_ROLE, service.database.systemTransaction],
  [OPERATOR_ROLE, service.database.operatorTransaction],
] as const) {
  test(`${role} is refused whatever no migration grants it (AUTHZ-4)`, async (t) => {
    const refused = await rightsNotGranted(role);
    assert.ok(refused.length > 0);
    for (const { name, statement } of refused)
      await t.test(name, () => isRefused(transaction, statement));
  });

  test(`${role} changes no schema (AUTHZ-4)`, async (t) => {
    for (const statement of [
      'create table extra (id integer)',
      'create function extra() returns integer language sql as $$ select 1 $$',
      'create role extra',
      'alter table session add column extra text',
      'alter table audit_event disable trigger audit_event_is_append_only',
      'alter table audit_event owner to current_user',
      'drop table session',
      "insert into schema_migration values ('extra', 1, 'extra', repeat('0', 64))",
      'set local session_replication_role = replica',
    ]) {
      await t.test(statement, () => isRefused(transaction, statement));
    }
  });
}

test('nothing is granted to everybody (AUTHZ-4)', async () => {
  const open = await rows<{ name: string }>(`
    select table_name || '.' || privilege_type as name
    from information_schema.table_privileges
    where table_schema = current_schema() and grantee = 'PUBLIC'`);
  assert.deepEqual(open, []);
});

test('each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)', async () => {
  const tables = await rows<{ name: string; walled: boolean }>(`
    select relname::text as name,
           relrowsecurity and relforcerowsecurity
             and exists (select from pg_policy where polrelid = pg_class.oid) as walled
    from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and attname = 'tenant'`);
  for (const { name, walled } of tables) {
    assert.notEqual(walled, Object.hasOwn(BEFORE_THE_WALL, name), `${name} has no tenant wall`);
  }
});

async function rows<Row>(query: string): Promise<readonly Row[]> {
  const result = await service.database.ownerTransaction('read the catalogue', (tx) =>
    sql.raw<Row>(query).execute(tx.sql),
  );
  return result.rows;
}

// A column is named where the right is for it alone.
async function rightsOf(role: string): Promise<[table: string, rights: string][]> {
  const held = await rows<{ table: string; rights: string }>(`
    select name as table, string_agg(held, ' ' order by held collate "C") as rights
    from (
      select relname::text as name, privilege_type as held, grantee
      from pg_class cross join lateral aclexplode(relacl)
      where relnamespace = current_schema()::regnamespace and relkind = 'r'
      union all
      select relname::text, privilege_type || '(' || attname || ')', grantee
      from pg_class join pg_attribute on attrelid = pg_class.oid
      cross join lateral aclexplode(attacl)
      where relnamespace = current_schema()::regnamespace and relkind = 'r'
    ) as grants
    where grantee = '${role}'::regrole
    group by name`);
  return held.map(({ table, rights }) => [table, rights]);
}

// A statement for each right that the role does not hold. Each needs that right alone, and would change nothing.
function rightsNotGranted(role: string) {
  return rows<{ name: string; statement: string }>(`
    with tables as (
      select oid, oid::regclass::text as name from pg_class
      where relnamespace = current_schema()::regnamespace and relkind = 'r'
    )
    select privilege || ' ' || name as name, format(statement, name) as statement
    from tables,
         (values ('SELECT', 'select * from %s limit 0'),
                 ('INSERT', 'insert into %s default values'),
                 ('DELETE', 'delete from %s where false'),
                 ('TRUNCATE', 'truncate %s')) as attempt (privilege, statement)
    where not has_table_privilege('${role}', oid, privilege)
    union all
    select 'UPDATE ' || name || '.' || attname,
           format('update %s set %I = default where false', name, attname)
    from tables join pg_attribute on attrelid = oid
    where attnum > 0 and not attisdropped
      and not has_column_privilege('${role}', oid, attnum, 'UPDATE')
    order by 1`);
}

type Transaction = (reason: string, work: (tx: SystemTx) => Promise<unknown>) => Promise<unknown>;

async function isRefused(transaction: Transaction, statement: string): Promise<void> {
  const attempt = transaction('exceed the grants', (tx) => sql.raw(statement).execute(tx.sql));
  await assert.rejects(attempt, { code: INSUFFICIENT_PRIVILEGE });
}
