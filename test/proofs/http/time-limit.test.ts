import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { publicAccess } from '@app/platform/http/access';
import { Refusal } from '@app/platform/http/problems';
import { strictObject } from '@app/platform/http/schemas';
import { limits } from '@app/platform/http/limits';
import { withinTimeLimit } from '@app/platform/http/time-limit';
import type { Module } from '@app/platform/service/module';
import { appWithoutDatabase } from '../../test/support/build-app.ts';

const config = { access: publicAccess('A specimen that only this test serves.') };
const endless: Module = {
  id: 'endless',
  routes: (app) => {
    const schema = { body: strictObject({ n: Type.Integer() }) };
    app.get('/endless', { config }, () => new Promise(() => {}));
    app.post('/endless', { config, schema }, () => new Promise(() => {}));
  },
};

test('work that takes too long is refused', async () => {
  const never = new Promise(() => {});
  await assert.rejects(withinTimeLimit(never, 5), isTimeout);
});

test('work that ends in time keeps its result and its error', async () => {
  assert.equal(await withinTimeLimit(Promise.resolve('done')), 'done');
  await assert.rejects(withinTimeLimit(Promise.reject(new Error('broken'))), /broken/);
});

test('a public handler is as limited as a guarded one: nobody unknown holds a request for good', async (t) => {
  t.mock.property(limits, 'handlerTimeoutMs', 20 as never);
  const { app, close } = await appWithoutDatabase({ modules: [endless] });
  t.after(close);
  const asked = [
    app.inject('/endless'),
    app.inject({ method: 'POST', url: '/endless', payload: { n: 1 } }),
  ];
  for (const answer of await Promise.all(asked)) {
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.json().code, 'handler-timeout');
  }
});

function isTimeout(error: unknown): boolean {
  return error instanceof Refusal && error.problem === 'handler-timeout';
}
