import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '@app/platform/database/database';
import { openDatabase } from '@app/platform/database/open';
import { requireOnlyGrantedRights } from '@app/platform/database/startup-checks';
import {
  migratePlatform,
  openTestDatabase,
  SERVER_URL,
} from '../../platform/test/support/database.ts';
import { LOGINS, makeLogins } from '@app/platform/aws/logins';

// As RDS has it: who makes the database is no superuser, and may give rds_iam away.
const MASTER = `master_${randomBytes(4).toString('hex')}`;

let database: Database;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

function as(login: string, ...statements: readonly string[]): Promise<void> {
  return database.ownerTransaction('test', async (tx) => {
    await sql.raw(`set local session authorization ${login}`).execute(tx.sql);
    for (const statement of statements) await sql.raw(statement).execute(tx.sql);
  });
}

function makeAsMaster(): Promise<void> {
  return database.ownerTransaction('test', async (tx) => {
    await sql.raw(`set local session authorization ${MASTER}`).execute(tx.sql);
    await makeLogins(tx);
  });
}

async function memberships(): Promise<readonly string[]> {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ member: string }>`
      select member.rolname || ' in ' || role.rolname as member
      from pg_auth_members
      join pg_roles member on member.oid = pg_auth_members.member
      join pg_roles role on role.oid = pg_auth_members.roleid
      where member.rolname in (${sql.join(Object.values(LOGINS))})
      order by 1
    `.execute(tx.sql),
  );
  return rows.map(({ member }) => member);
}

test('a server without sign-in by IAM is said to be one', async () => {
  const found = await database.ownerTransaction('test', (tx) =>
    sql`select from pg_roles where rolname = 'rds_iam'`.execute(tx.sql),
  );
  if (found.rows.length > 0) return;
  await assert.rejects(
    database.ownerTransaction('test', (tx) => makeLogins(tx)),
    /knows no sign-in with IAM/,
  );
});

test('each login has its own rights and no password, a second time as the first (AUTHZ-4)', async () => {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ name: string }>`select quote_ident(current_database()) as name`.execute(tx.sql),
  );
  await database.ownerTransaction('test', async (tx) => {
    for (const statement of [
      `do $$ begin create role rds_iam nologin;
       exception when duplicate_object or unique_violation then end $$`,
      `create role ${MASTER} login createrole createdb`,
      `grant rds_iam, app_api, app_operator to ${MASTER} with admin option`,
      `alter database ${rows[0]?.name} owner to ${MASTER}`,
    ])
      await sql.raw(statement).execute(tx.sql);
  });
  await makeAsMaster();
  const first = await memberships();
  assert.deepEqual(first, [
    'api in app_api',
    'api in rds_iam',
    'migrator in app_api',
    'migrator in app_operator',
    'migrator in rds_iam',
    'operator in app_operator',
    'operator in rds_iam',
  ]);
  await makeAsMaster();
  assert.deepEqual(await memberships(), first);
});

test('the owner makes tables, and the service, which does not, may start (AUTHZ-4)', async () => {
  await as(LOGINS.owner, 'create table made (id integer)');
  for (const login of [LOGINS.service, LOGINS.operator])
    await assert.rejects(as(login, 'create table other (id integer)'), /permission denied/);
  await database.ownerTransaction('test', async (tx) => {
    await requireOnlyGrantedRights(tx, sql`${LOGINS.service}`);
    await assert.rejects(requireOnlyGrantedRights(tx, sql`${LOGINS.owner}`), /owns tables/);
  });
  await as(LOGINS.owner, 'drop table made');
});

test('nobody else connects to the database, and who made it owns nothing of it (AUTHZ-4)', async () => {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ anybody: boolean; master: boolean }>`
      select has_database_privilege('public', current_database(), 'connect') as anybody,
             pg_has_role(${MASTER}, 'migrator', 'usage') as master
    `.execute(tx.sql),
  );
  assert.deepEqual(rows, [{ anybody: false, master: false }]);
});

const skip = SERVER_URL === undefined && 'the embedded engine has no logins';

test('the owner migrates without making roles (AUTHZ-4)', { skip }, async () => {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ name: string }>`select current_database() as name`.execute(tx.sql),
  );
  const url = new URL(String(SERVER_URL));
  url.username = LOGINS.owner;
  url.pathname = `/${rows[0]?.name}`;
  const owner = await openDatabase({ kind: 'server', url: url.href });
  try {
    await migratePlatform(owner);
  } finally {
    await owner.close();
  }
});
