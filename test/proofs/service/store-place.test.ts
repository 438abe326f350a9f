import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { placeOf, placeProblems } from '@app/platform/service/config';

const variable = (storesOf: string) => Type.Optional(Type.String({ storesOf }));
const shape = {
  PORT: Type.Integer(),
  DATA_FOLDER: Type.Optional(Type.String()),
  CLOUD_KEYS: variable('a cloud'),
  CLOUD_BUCKET: variable('a cloud'),
};
const CLOUD = { CLOUD_KEYS: 'k', CLOUD_BUCKET: 'b' };
const FOLDER = { DATA_FOLDER: '/var/lib/api' };

function problems(values: Record<string, string>, isRequired = true): readonly string[] {
  return placeProblems(shape, values, isRequired);
}

test('keys, secrets and anchors are in one place: a folder, or a cloud and the whole of it', () => {
  assert.deepEqual([...problems(FOLDER), ...problems(CLOUD)], []);
  assert.deepEqual(placeOf(shape, FOLDER, '.data'), { kind: 'folder', path: '/var/lib/api' });
  assert.deepEqual(placeOf(shape, CLOUD, '.data'), { kind: 'cloud', cloud: 'a cloud' });
});

test('two places, and none, are one sentence each', () => {
  assert.deepEqual(problems({ ...FOLDER, CLOUD_BUCKET: 'b' }), [
    'DATA_FOLDER and CLOUD_BUCKET name two places for keys, secrets and anchors: unset one.',
  ]);
  const [none, ...rest] = problems({});
  assert.match(String(none), /^DATA_FOLDER, or CLOUD_KEYS and what goes with it, is required/);
  assert.deepEqual(rest, []);
});

test('half of a cloud is said to be half, and never ends in a folder', () => {
  for (const isRequired of [true, false])
    assert.deepEqual(problems({ CLOUD_BUCKET: 'b' }, isRequired), [
      'CLOUD_KEYS is required beside CLOUD_BUCKET: the stores of a cloud take all.',
    ]);
  assert.equal(placeOf(shape, { CLOUD_BUCKET: 'b' }, '.data').kind, 'cloud');
});

test('a local run has a folder without asking for one', () => {
  assert.deepEqual(problems({}, false), []);
  assert.deepEqual(placeOf(shape, {}, '.data'), { kind: 'folder', path: '.data' });
});
