import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unformatted } from '@app/platform/authorization/policies';
import { folderWith } from '../../platform/test/support/folder.ts';
import { FILES } from '../../platform/test/support/policies.ts';

test('files in Cedar’s own format pass, and the others are named', async (t) => {
  assert.deepEqual(await unformatted(await folderWith(t, FILES)), []);
  const squeezed = '@id("x") forbid(principal,action,resource) when{context.risk==99};';
  const folder = await folderWith(t, { ...FILES, 'more.cedar': squeezed });
  assert.deepEqual(await unformatted(folder), ['more.cedar']);
});

test('a file that does not parse is an error, not unformatted', async (t) => {
  const folder = await folderWith(t, { 'broken.cedar': 'permit' });
  await assert.rejects(unformatted(folder), /broken\.cedar does not parse/);
});
