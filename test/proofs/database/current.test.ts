import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { requireCurrentSchema } from '@app/platform/database/startup-checks';

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
