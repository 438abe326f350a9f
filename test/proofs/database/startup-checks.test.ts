import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import {
  requireCurrentSchema,
  requireOnlyGrantedRights,
} from '@app/platform/database/startup-checks';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';

const database = await openTestDatabase();
after(() => database.close());

const FIRST = { 'base/0001_first.sql': 'grant select on schema_migration to app_api' };

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

for (const [what, ...changes] of [
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
