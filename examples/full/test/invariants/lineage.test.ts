import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { readEgress } from '@app/platform/egress/hosts';
import type { LineageShard } from '@app/platform/database/lineage';
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

const visits: Project = {
  tables: new Map([['visit', { module: 'visits', columns: ['visitor', 'proof'] }]]),
  others: new Set(['api.example.com']),
  constants: new Map([['platform/src/visits.ts#KEPT_DAYS', 7]]),
};
const visit: LineageShard['tables'][number] = {
  table: 'visit',
  source: 'A test.',
  purpose: 'A test.',
  lawfulBasis: 'contract',
  retention: { days: 7, after: 'it ended', constant: 'platform/src/visits.ts#KEPT_DAYS' },
  flows: { 'api.example.com': 'the visitor', visit: 'a copy', log: 'the visitor' },
  columns: { visitor: 'personal', proof: { class: 'secret', flows: { backup: 'all of it' } } },
};

test('what the registry leaves out or gets wrong is told with the way out (HOOK-7)', () => {
  const { proof, visitor, ...none } = visit.columns;
  const { lawfulBasis: _basis, ...noBasis } = visit;
  const untimed = { ...visit, retention: { until: 'it ends' } };
  const { constant } = visit.retention as { constant: string };
  const hours = { hours: 7, after: 'it ended', constant };
  const own = 'security/lineage/visits.json';
  const faults: readonly [
    tables: LineageShard['tables'],
    sentences: readonly string[],
    module?: string,
  ][] = [
    [[visit], []],
    [[visit, visit], [`${own} describes visit twice: keep one.`]],
    [[visit, { ...visit, table: 'trip' }], [`${own} describes trip, which is gone: take it out.`]],
    [
      [visit],
      [`security/lineage/app.json describes visit, which is not its own: move it to ${own}.`],
      'app',
    ],
    [
      [{ ...visit, columns: { ...none, visitor: visitor as 'personal' } }],
      [`visit.proof has no class: give it one in ${own}.`],
    ],
    [
      [{ ...visit, columns: { ...visit.columns, age: 'internal' } }],
      [`visit.age is gone: take it out of ${own}.`],
    ],
    [[noBasis], [`visit.visitor is personal: name its lawful basis in ${own}.`]],
    [
      [{ ...visit, columns: { visitor: 'personal', proof: 'secret' } }],
      [`visit.proof is secret, and goes elsewhere than a backup: say where in ${own}.`],
    ],
    [
      [{ ...visit, flows: { 'evil.example.com': 'all of it' } }],
      [`visit.visitor goes to evil.example.com: list it in security/egress/, or mend ${own}.`],
    ],
    [
      [{ ...visit, retention: { ...hours, days: 8 } as never }],
      [`visit is kept for 7 days by ${constant}: say so in ${own}.`],
    ],
    [
      [{ ...visit, retention: hours }],
      [`visit is kept for 7 days by ${constant}: say so in ${own}.`],
    ],
    [[untimed], [`${constant} is the retention of no table: name it in a shard.`]],
  ];
  assert.ok(proof);
  for (const [tables, sentences, module = 'visits'] of faults)
    assert.deepEqual(lineageProblems([{ module, tables }], visits), sentences);
  assert.deepEqual(lineageProblems([], { ...visits, constants: new Map() }), [
    `visit is in no shard: describe it in ${own}.`,
  ]);
  const gone = { ...visits, constants: new Map() };
  assert.deepEqual(lineageProblems([{ module: 'visits', tables: [visit] }], gone), [
    `visit is kept as long as ${constant}, which is no such number: name it in ${own}.`,
  ]);
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
