import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { readEgress } from '@app/platform/egress/hosts';
import { readLineage } from '@app/platform/database/lineage';
import { migratePlatform, openTestDatabase } from '../../platform/test/support/database.ts';
import { migrationOrder } from '../../migrations/order.ts';
import { moduleEnv } from '../../services/api/env.ts';
import { EGRESS, LINEAGE } from '@app/platform/service/folders';
import { receiverNames } from '@app/platform/service/environment';
import type { Project } from '../support/lineage.ts';
import { lineageProblems } from '../support/lineage.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
// How long something is kept. A number with such a name is the retention of some table.
const RETENTION = /^(?:export )?const ((?:\w+_)?(?:KEPT|RETENTION)_(?:DAYS|HOURS)) = (\d+);/gm;

const database = await openTestDatabase();
after(() => database.close());

test('the registry says of every column what it is, and of none that is gone (HOOK-7)', async () => {
  const project = {
    tables: await tablesByModule(),
    others: new Set([
      ...readEgress(EGRESS, { local: true }).map(({ host }) => host),
      ...receiverNames(moduleEnv),
    ]),
    constants: retentions(),
  };
  assert.deepEqual(lineageProblems(readLineage(LINEAGE), project), []);
});

// What each module's migrations add, told by the database and not by their text.
async function tablesByModule(): Promise<Project['tables']> {
  const owners = new Map<string, string>();
  for (const [index, module] of migrationOrder.entries()) {
    await migratePlatform(database, ...migrationOrder.slice(1, index + 1));
    for (const { name } of await catalogue())
      if (!owners.has(name)) owners.set(name, module === 'platform' ? 'app' : module);
  }
  const tables = await catalogue();
  return new Map(
    tables.map(({ name, columns }) => [name, { module: String(owners.get(name)), columns }]),
  );
}

// A materialised view is a copy, too.
async function catalogue() {
  const { rows } = await database.ownerTransaction('read the catalogue', (tx) =>
    sql<{ name: string; columns: readonly string[] }>`
      select relname::text as name, array_agg(attname::text order by attnum) as columns
      from pg_class join pg_attribute on attrelid = pg_class.oid
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'm')
        and not relispartition and attnum > 0 and not attisdropped
      group by relname
    `.execute(tx.sql),
  );
  return rows;
}

function retentions(): ReadonlyMap<string, number> {
  const files = globSync('{platform/src,services}/**/!(*.test).ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/node_modules/.test(file));
  return new Map(
    files.flatMap((file) =>
      [...readFileSync(`${root}${file}`, 'utf8').matchAll(RETENTION)].map(
        ([, name = '', count]) => [`${file}#${name}`, Number(count)] as const,
      ),
    ),
  );
}
