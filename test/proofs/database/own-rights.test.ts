import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { requireOnlyGrantedRights } from '@app/platform/database/startup-checks';

const database = await openTestDatabase();
after(() => database.close());

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
