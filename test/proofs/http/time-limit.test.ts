import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Refusal } from '@app/platform/http/problems';
import { withinTimeLimit } from '@app/platform/http/authorize';
import { publicAccess } from '@app/platform/http/access';
import { limits } from '@app/platform/http/limits';
import { strictObject } from '@app/platform/http/schemas';
import type { Module } from '@app/platform/service/module';
import { openAppWithoutDatabase } from '../../test/support/open-app.ts';

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

const config = { access: publicAccess('A specimen that only this test serves.') };
const endless: Module = {
  id: 'endless',
  routes: (app) => {
    const schema = { body: strictObject({ n: Type.Integer() }) };
    app.get('/endless', { config }, () => new Promise(() => {}));
    app.post('/endless', { config, schema }, () => new Promise(() => {}));
  },
};

test('a public handler is as limited as a guarded one: nobody unknown holds a request for good', async (t) => {
  const open = await openAppWithoutDatabase({ modules: [endless] });
  t.after(() => open.close());
  t.mock.property(limits, 'handlerTimeoutMs', 20 as never);
  const asked = [
    open.app.inject('/endless'),
    open.app.inject({ method: 'POST', url: '/endless', payload: { n: 1 } }),
  ];
  for (const answer of await Promise.all(asked)) {
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.json().code, 'handler-timeout');
  }
});
