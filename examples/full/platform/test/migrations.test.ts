import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { requireCurrentSchema, requireOnlyGrantedRights } from '../src/database/startup-checks.ts';
import { openTestDatabase } from './support/database.ts';
import { folderWith } from './support/folder.ts';

const database = await openTestDatabase();
after(() => database.close());

const FIRST = { 'base/0001_first.sql': 'grant select on schema_migration to app_api' };

test('a database that was never migrated is refused, with the command to run (AUTHZ-5)', async (t) => {
  const folder = await folderWith(t, FIRST);
  await assert.rejects(requireCurrentSchema(database, folder, ['base']), /npm run migrate/);
});

test('a database that is behind is refused, and one that is current is not (AUTHZ-5)', async (t) => {
  const first = await folderWith(t, FIRST);
  await database.migrate(first, ['base']);
  await requireCurrentSchema(database, first, ['base']);
  const both = await folderWith(t, { ...FIRST, 'base/0002_second.sql': 'select 1' });
  await assert.rejects(requireCurrentSchema(database, both, ['base']), /lacks 1 migration:/);
});

test('an edited migration is refused before anything is served (AUTHZ-5)', async (t) => {
  const edited = await folderWith(t, { 'base/0001_first.sql': 'select 2' });
  await assert.rejects(requireCurrentSchema(database, edited, ['base']), /was edited/);
});

// Roles belong to the whole server, where other tests run too.
const LOGIN = `login_${randomBytes(6).toString('hex')}`;

// Looks at a login that was made a moment ago, and is gone a moment later.
async function lookAfter(...changes: readonly string[]): Promise<void> {
  await database
    .ownerTransaction('test', async (tx) => {
      const made = [`create role ${LOGIN} login`, `grant app_api to ${LOGIN}`, ...changes];
      for (const statement of made) await sql.raw(statement).execute(tx.sql);
      await requireOnlyGrantedRights(tx, sql`${LOGIN}::name`);
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
}

class Undo extends Error {}

test('a login that is a member of what the service is granted may serve (AUTHZ-4)', async () => {
  await lookAfter();
});

for (const [what, ...changes] of [
  ['a superuser', `alter role ${LOGIN} superuser`],
  ['one that passes the tenant wall', `alter role ${LOGIN} bypassrls`],
] as const) {
  test(`an administrator may not serve: ${what} (AUTHZ-4)`, async () => {
    await assert.rejects(lookAfter(...changes), /is an administrator/);
  });
}

test('whoever owns a table may not serve, nor who may become its owner (AUTHZ-4)', async () => {
  const table = 'create table owned (id integer)';
  await assert.rejects(lookAfter(table, `alter table owned owner to ${LOGIN}`), /owns tables/);
  const owner = [`create role ${LOGIN}_x`, `grant ${LOGIN}_x to ${LOGIN}`];
  await assert.rejects(
    lookAfter(table, ...owner, `alter table owned owner to ${LOGIN}_x`),
    /owns tables/,
  );
});

const TWO_MODULES = {
  'base/0001_person.sql': 'create table person (name text primary key);',
  'shop/0001_order.sql': 'create table purchase (buyer text references person);\nselect 1;',
};
const ORDER = ['base', 'shop'];

test('a migration that fails leaves nothing of itself, and keeps those before it', async (t) => {
  await execute('drop schema public cascade; create schema public');
  const folder = await folderWith(t, {
    ...TWO_MODULES,
    'shop/0002_half.sql': 'create table half (); insert into nowhere values (1);',
    'shop/0003_never.sql': 'create table never ();',
  });
  await assert.rejects(database.migrate(folder, ORDER), (error: Error) => {
    assert.match(error.message, /^shop\/0002_half\.sql failed and was rolled back\.$/);
    assert.match(String(error.cause), /nowhere/);
    return true;
  });
  const tables = `select table_name::text as name from information_schema.tables
    where table_schema = 'public' and table_name <> 'schema_migration' order by 1`;
  assert.deepEqual(await execute(tables), [{ name: 'person' }, { name: 'purchase' }]);

  await writeFile(join(folder, 'shop/0002_half.sql'), 'create table half ();');
  assert.equal((await database.migrate(folder, ORDER)).length, 2);
});

async function execute(text: string): Promise<unknown[]> {
  return (await database.ownerTransaction('test', (tx) => sql.raw(text).execute(tx.sql))).rows;
}
