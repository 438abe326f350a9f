import { expect, test } from 'vitest';
import {
  type JsonObject,
  ownedKeys,
  printJson,
  removeKey,
  setKey,
} from '../../src/project/keyed-json.ts';

const json: JsonObject = {
  name: 'x',
  scripts: { start: 'node .' },
  dependencies: { alpha: '1.0.0', 'ipaddr.js': '2.0.0' },
};

test('owns members of the known sections one by one, and not what describes the project', () => {
  expect([...ownedKeys(json).keys()]).toEqual([
    'scripts.start',
    'dependencies.alpha',
    'dependencies.ipaddr.js',
  ]);
});

test('puts a dependency in its place and leaves the order of everything else', () => {
  const next = setKey(json, 'dependencies.beta', '1.0.0');
  expect(Object.keys(next['dependencies'] as JsonObject)).toEqual(['alpha', 'beta', 'ipaddr.js']);
  expect(Object.keys(next)).toEqual(Object.keys(json));
});

test('a name with dots is one member', () => {
  expect(setKey(json, 'dependencies.ipaddr.js', '2.0.1')['dependencies']).toEqual({
    alpha: '1.0.0',
    'ipaddr.js': '2.0.1',
  });
});

test('removing mirrors setting, a section that it opened included', () => {
  for (const key of ['dependencies.beta', 'devDependencies.beta', 'type']) {
    expect(printJson(removeKey(setKey(json, key, '1'), key)), key).toBe(printJson(json));
  }
});

test("keeps the file's own indentation", () => {
  expect(printJson(json, '{\n\t"name": "x"\n}')).toContain('\n\t"name"');
});

test('a member called like a property of every object is a member', () => {
  expect(printJson(setKey(json, 'dependencies.__proto__', '1.0.0'))).toContain(
    '"__proto__": "1.0.0"',
  );
});
