import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@app/platform/http/problems';
import { withinTimeLimit } from '@app/platform/http/authorize';

test('work that takes too long is refused', async () => {
  const never = new Promise(() => {});
  await assert.rejects(withinTimeLimit(never, 5), isTimeout);
});

test('work that ends in time keeps its result and its error', async () => {
  assert.equal(await withinTimeLimit(Promise.resolve('done')), 'done');
  await assert.rejects(withinTimeLimit(Promise.reject(new Error('broken'))), /broken/);
});

function isTimeout(error: unknown): boolean {
  return error instanceof Refusal && error.problem === 'handler-timeout';
}
