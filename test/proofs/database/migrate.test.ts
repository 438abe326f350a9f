import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { schemaText } from '@app/platform/database/schema';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';

const database = await openTestDatabase();
after(() => database.close());
beforeEach(() => run('drop schema public cascade; create schema public'));

async function run(text: string): Promise<unknown[]> {
  const query = sql.raw(text);
  return (await database.ownerTransaction('test', (tx) => query.execute(tx.sql))).rows;
}

const recorded = () => run('select module, number from schema_migration order by module, number');

const TWO_MODULES = {
  'base/0001_person.sql': 'create table person (name text primary key);',
  'shop/0001_order.sql': 'create table purchase (buyer text references person);\nselect 1;',
};
const ORDER = ['base', 'shop'];

test('the tables of a removed module stay, and so does the record of them', async (t) => {
  await database.migrate(await folderWith(t, TWO_MODULES), ORDER);
  const rest = await folderWith(t, { 'base/0001_person.sql': TWO_MODULES['base/0001_person.sql'] });
  assert.deepEqual(await database.migrate(rest, ['base']), []);
  assert.deepEqual(await recorded(), [
    { module: 'base', number: 1 },
    { module: 'shop', number: 1 },
  ]);
});

test('the schema reads back the same on every engine', async (t) => {
  const folder = await folderWith(t, {
    'base/0001_all.sql': `
      create type mood as enum ('calm', 'busy');
      create table "Odd Name" (id bigint generated always as identity primary key);
      create table entry (
        id uuid primary key,
        odd bigint references "Odd Name" on delete restrict,
        amount numeric(12, 2) not null default 0 check (amount >= 0),
        twice numeric generated always as (amount * 2) stored,
        tags text[] not null default '{}',
        at timestamptz(3) not null default now()
      );
      create index entry_recent on entry (at desc, lower(id::text)) where amount > 0;
      create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger entry_touch before insert on entry for each row execute function touch();
      alter table entry enable always trigger entry_touch;
      alter table entry enable row level security;
      create policy own on entry using (tags @> array[current_setting('app.tenant')]);
      grant select, insert, update (amount, at) on entry to app_api;
      grant select on entry to public;`,
  });
  await database.migrate(folder, ['base']);
  await run('drop table schema_migration');
  assert.equal(await database.ownerTransaction('test', schemaText), EXPECTED_SCHEMA);
});

const EXPECTED_SCHEMA = `create type mood as enum ('calm', 'busy');

CREATE OR REPLACE FUNCTION touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin return new; end $function$;

create table "Odd Name" (
  id bigint generated always as identity not null,
  constraint "Odd Name_pkey" PRIMARY KEY (id)
);

create table entry (
  id uuid not null,
  odd bigint,
  amount numeric(12,2) default 0 not null,
  twice numeric generated always as (amount * 2::numeric) stored,
  tags text[] default '{}'::text[] not null,
  at timestamp(3) with time zone default now() not null,
  constraint entry_amount_check CHECK (amount >= 0::numeric),
  constraint entry_odd_fkey FOREIGN KEY (odd) REFERENCES "Odd Name"(id) ON DELETE RESTRICT,
  constraint entry_pkey PRIMARY KEY (id)
);

CREATE INDEX entry_recent ON entry USING btree (at DESC, lower(id::text)) WHERE amount > 0::numeric;

CREATE TRIGGER entry_touch BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION touch();
alter table entry enable always trigger entry_touch;

alter table entry enable row level security;

create policy own on entry as permissive for all to public using (tags @> ARRAY[current_setting('app.tenant'::text)]);

grant insert, select, update (amount, at) on entry to app_api;

grant select on entry to public;
`;

const tables = () =>
  run(`select table_name::text as name from information_schema.tables
       where table_schema = 'public' and table_name <> 'schema_migration' order by 1`);

test('what is pending is applied in order and recorded; the next run applies nothing', async (t) => {
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

test('an edited migration stops the run before anything is applied', async (t) => {
  const folder = await folderWith(t, TWO_MODULES);
  await database.migrate(folder, ORDER);
  await writeFile(join(folder, 'base/0001_person.sql'), 'create table person (name text);');
  await writeFile(join(folder, 'shop/0002_more.sql'), 'create table more ();');
  await assert.rejects(database.migrate(folder, ORDER), /base\/0001_person\.sql was edited/);
  assert.deepEqual(await tables(), [{ name: 'person' }, { name: 'purchase' }]);
});

test('replicas that start together apply each migration once', async (t) => {
  const folder = await folderWith(t, TWO_MODULES);
  const runs = await Promise.all([1, 2, 3].map(() => database.migrate(folder, ORDER)));
  assert.equal(runs.flat().length, 2);
});
