import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LineageShard } from '@app/platform/database/lineage';
import type { Project } from '../../test/support/lineage.ts';
import { lineageProblems } from '../../test/support/lineage.ts';

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
