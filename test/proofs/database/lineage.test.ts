import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { columnsOf, readLineage } from '@app/platform/database/lineage';
import { folderWith } from '../../platform/test/support/folder.ts';

const table = {
  table: 'visit',
  source: 'A test.',
  purpose: 'A test.',
  lawfulBasis: 'contract',
  retention: { days: 7, after: 'it ended', constant: 'platform/src/visits.ts#KEPT_DAYS' },
  flows: { log: 'the visitor as a pseudonym', backup: 'all of it' },
  columns: { visitor: 'personal', proof: { class: 'secret', flows: { backup: 'as a hash' } } },
};

async function read(t: TestContext, shard: object, file = 'visits.json') {
  const folder = await folderWith(t, { [file]: JSON.stringify(shard) });
  return readLineage(pathToFileURL(`${folder}/`));
}

test('a column is what its table says, unless it says otherwise itself (HOOK-7)', async (t) => {
  const [shard] = await read(t, { module: 'visits', tables: [table] });
  const { table: _table, columns: _columns, ...common } = table;
  assert.deepEqual(shard?.tables.flatMap(columnsOf), [
    { ...common, name: 'visitor', class: 'personal' },
    { ...common, name: 'proof', class: 'secret', flows: { backup: 'as a hash' } },
  ]);
});

test('a shard that says nothing clear is refused, with the place in it (HOOK-7)', async (t) => {
  const { constant, ...noConstant } = table.retention;
  const unclear: readonly [broken: object, sentence: RegExp][] = [
    [{ source: undefined }, /tables\/0/],
    [{ purpose: '' }, /purpose/],
    [{ retention: undefined }, /tables\/0/],
    [{ retention: { days: 0, after: 'it ended', constant } }, /retention/],
    [{ retention: noConstant }, /retention/],
    [{ retention: { until: 'it ends', days: 7 } }, /retention/],
    [{ flows: {} }, /flows/],
    [{ flows: { 'to whom?': 'all of it' } }, /flows/],
    [{ lawfulBasis: 'because' }, /lawfulBasis/],
    [{ columns: {} }, /columns/],
    [{ columns: { 'Visitor Name': 'personal' } }, /columns/],
    [{ columns: { visitor: 'private' } }, /columns\/visitor/],
    [{ columns: { visitor: { class: 'personal', retain: 7 } } }, /columns\/visitor/],
    [{ owner: 'us' }, /tables\/0/],
  ];
  for (const [broken, sentence] of unclear)
    await assert.rejects(
      read(t, { module: 'visits', tables: [{ ...table, ...broken }] }),
      sentence,
      JSON.stringify(broken),
    );
  await assert.rejects(read(t, { module: 'visits', tables: [] }), /tables/);
  await assert.rejects(read(t, { module: 'others', tables: [table] }), /look at module/);
});
