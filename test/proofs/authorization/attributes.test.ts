import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Declared } from '@app/platform/authorization/schema';
import { cedarValue } from '@app/platform/authorization/schema';

const TEXT = { type: 'String' };
const OWNER = { type: 'Entity', name: 'App::User' };
const types = new Map<string, Declared>([
  ['App::Money', { type: 'Record', attributes: { amount: { type: 'Long' }, currency: TEXT } }],
]);

const accepted: [Declared, unknown, unknown][] = [
  [TEXT, 'a', 'a'],
  [{ type: 'Long' }, -3, -3],
  [{ type: 'Bool' }, false, false],
  [OWNER, 'alice', { __entity: { type: 'App::User', id: 'alice' } }],
  [{ type: 'Set', element: TEXT }, ['a', 'b'], ['a', 'b']],
  [{ type: 'Set', element: OWNER }, ['a'], [{ __entity: { type: 'App::User', id: 'a' } }]],
  [{ type: 'App::Money' }, { amount: 1, currency: 'EUR' }, { amount: 1, currency: 'EUR' }],
];

for (const [declared, value, expected] of accepted) {
  test(`${JSON.stringify(value)} passes as ${declared.type}`, () => {
    assert.deepEqual(cedarValue(types, declared, value), expected);
  });
}

const refused: [Declared, unknown][] = [
  [TEXT, 1],
  [TEXT, null],
  [TEXT, { __entity: { type: 'App::User', id: 'alice' } }],
  [{ type: 'Long' }, 1.5],
  [{ type: 'Long' }, 2 ** 53],
  [{ type: 'Long' }, '1'],
  [{ type: 'Long' }, 1n],
  [{ type: 'Bool' }, 'true'],
  [OWNER, { type: 'App::User', id: 'alice' }],
  [OWNER, { __entity: { type: 'App::User', id: 'alice' } }],
  [OWNER, undefined],
  [{ type: 'Set', element: TEXT }, 'a'],
  [{ type: 'Set', element: TEXT }, ['a', 1]],
  [{ type: 'App::Money' }, { amount: 1, currency: 'EUR', rate: 2 }],
  [{ type: 'App::Money' }, { __extn: { fn: 'decimal', arg: '1.0' } }],
  [{ type: 'App::Money' }, JSON.parse('{"__proto__": 1}')],
  [{ type: 'datetime' }, '2026-03-29'],
  [{ type: 'App::Unknown' }, {}],
];

for (const [declared, value] of refused) {
  const shown = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
  test(`${shown} does not pass as ${declared.type} (AUTHZ-5)`, () => {
    assert.throws(() => cedarValue(types, declared, value), TypeError);
  });
}
