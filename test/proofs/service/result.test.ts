import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@app/platform/result';

test('a result carries the value or the error, never both', () => {
  assert.deepEqual(ok(1), { ok: true, value: 1 });
  assert.deepEqual(err('not-held'), { ok: false, error: 'not-held' });
});
