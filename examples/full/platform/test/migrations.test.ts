import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { pending, readMigrations } from '../src/database/migrate.ts';
import { requireCurrentSchema, requireOnlyGrantedRights } from '../src/database/startup-checks.ts';
import { openTestDatabase } from './support/database.ts';
import { folderWith } from './support/folder.ts';

const database = await openTestDatabase();
after(() => database.close());

const FIRST = { 'base/0001_first.sql': 'grant select on schema_migration to app_api' };
const SECOND = { 'base/0002_second.sql': 'select 1' };

test('a database that was never migrated is refused, with the command to run (AUTHZ-5)', async (t) => {
  const folder = await folderWith(t, FIRST);
  await assert.rejects(requireCurrentSchema(database, folder, ['base']), /npm run migrate/);
});

test('a database that is behind is refused, and one that is current is not (AUTHZ-5)', async (t) => {
  const first = await folderWith(t, FIRST);
  await database.migrate(first, ['base']);
  await requireCurrentSchema(database, first, ['base']);
  const both = await folderWith(t, { ...FIRST, ...SECOND });
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
  ['one that makes roles', `alter role ${LOGIN} createrole`],
  ['one that makes databases', `alter role ${LOGIN} createdb`],
  [
    'one that may become any of them',
    `create role ${LOGIN}_x superuser`,
    `grant ${LOGIN}_x to ${LOGIN}`,
  ],
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

async function emptySchema(): Promise<void> {
  await execute('drop schema public cascade; create schema public');
}

async function execute(text: string): Promise<unknown[]> {
  const query = sql.raw(text);
  return (await database.ownerTransaction('test', (tx) => query.execute(tx.sql))).rows;
}

const tables = () =>
  execute(`select table_name::text as name from information_schema.tables
       where table_schema = 'public' and table_name <> 'schema_migration' order by 1`);

const TWO_MODULES = {
  'base/0001_person.sql': 'create table person (name text primary key);',
  'shop/0001_order.sql': 'create table purchase (buyer text references person);\nselect 1;',
};
const ORDER = ['base', 'shop'];

test('what is pending is applied in order and recorded; the next run applies nothing', async (t) => {
  await emptySchema();
  const folder = await folderWith(t, TWO_MODULES);
  const applied = await database.migrate(folder, ORDER);
  assert.deepEqual(
    applied.map(({ module, number, name }) => ({ module, number, name })),
    [
      { module: 'base', number: 1, name: '0001_person.sql' },
      { module: 'shop', number: 1, name: '0001_order.sql' },
    ],
  );
  assert.deepEqual(await tables(), [{ name: 'person' }, { name: 'purchase' }]);
  assert.deepEqual(await database.migrate(folder, ORDER), []);
});

test('a migration that fails leaves nothing of itself, and keeps those before it', async (t) => {
  await emptySchema();
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
  assert.deepEqual(await tables(), [{ name: 'person' }, { name: 'purchase' }]);

  await writeFile(join(folder, 'shop/0002_half.sql'), 'create table half ();');
  assert.equal((await database.migrate(folder, ORDER)).length, 2);
});

test('an edited migration stops the run before anything is applied', async (t) => {
  await emptySchema();
  const folder = await folderWith(t, TWO_MODULES);
  await database.migrate(folder, ORDER);
  await writeFile(join(folder, 'base/0001_person.sql'), 'create table person (name text);');
  await writeFile(join(folder, 'shop/0002_more.sql'), 'create table more ();');
  await assert.rejects(database.migrate(folder, ORDER), /base\/0001_person\.sql was edited/);
  assert.deepEqual(await tables(), [{ name: 'person' }, { name: 'purchase' }]);
});

test('replicas that start together apply each migration once', async (t) => {
  await emptySchema();
  const folder = await folderWith(t, TWO_MODULES);
  const runs = await Promise.all([1, 2, 3].map(() => database.migrate(folder, ORDER)));
  assert.equal(runs.flat().length, 2);
});

const BOTH = ['a', 'b'];

function migration(module: string, number: number, content = 'original') {
  const name = `000${number}_${content}.sql`;
  return { module, number, name, sha256: content, text: content };
}

test('a file that was edited after it ran is refused, with the way out', () => {
  const edited = [migration('a', 1, 'edited'), migration('a', 2)];
  assert.throws(
    () => pending(edited, [migration('a', 1)], BOTH),
    /^Error: a\/0001_edited\.sql was edited after it was applied: restore it, and put the change/,
  );
});

test('a file that ran and is gone is refused, also when all of its module is', () => {
  for (const files of [[migration('a', 1)], []]) {
    assert.throws(
      () => pending(files, [migration('a', 1), migration('a', 2)], BOTH),
      /was applied here but is gone: restore it/,
    );
  }
});

test('a file that would run before one that already ran is refused, with the way out', () => {
  const files = [migration('a', 1), migration('a', 2)];
  assert.throws(
    () => pending(files, [migration('a', 2)], BOTH),
    /a\/0001_original\.sql would apply after 0002_original\.sql, .+ next free number/,
  );
});

for (const control of ['commit;', 'begin;', '  ROLLBACK ;', 'start transaction;']) {
  test(`a file with "${control}" is refused: half of it would stay after a failure`, async (t) => {
    const files = { 'a/0001_a.sql': `create table x ();\n${control}\nselect 1/0;` };
    await assert.rejects(
      readMigrations(await folderWith(t, files), ['a']),
      /begins or ends a transaction/,
    );
  });
}

// The last test: on the embedded engine, its session keeps acting as the outsider.
test('a login that may not act as the service is told which role it needs (AUTHZ-5)', async (t) => {
  const folder = await folderWith(t, FIRST);
  const outsider = {
    ...database,
    systemTransaction: (reason: string) =>
      database.ownerTransaction(reason, async (tx) => {
        await sql`create role outsider nologin`.execute(tx.sql);
        await sql`set local session authorization outsider`.execute(tx.sql);
        await sql`set local role app_api`.execute(tx.sql);
        throw new Error('An outsider acted as the service.');
      }),
  };
  await assert.rejects(requireCurrentSchema(outsider, folder, ['base']), /may not act as app_api/);
});
