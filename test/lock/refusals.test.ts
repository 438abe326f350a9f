import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { closeLock, LockError, type LockEntry, type PackageJson } from '../../src/lock/index.ts';
import { superset } from './support/supersets.ts';

function refusal(entries: Record<string, LockEntry>, root: object, folder?: PackageJson): unknown {
  const project = { root: { name: 'my-app', ...root }, workspaces: folder ? { w: folder } : {} };
  try {
    closeLock(superset(entries), project);
  } catch (error) {
    expect(error).toBeInstanceOf(LockError);
    expect(error).toBeInstanceOf(UserError);
    return error;
  }
  return undefined;
}

describe('a project the superset cannot serve is refused', () => {
  test('when a dependency is not in it', () => {
    expect(refusal({}, { dependencies: { a: '1.0.0' } })).toMatchObject({
      code: 'E_LOCK_NOT_IN_SUPERSET',
      message: 'a 1.0.0, which package.json asks for, is not in the superset.',
    });
  });

  test('when a workspace pins another version', () => {
    const workspace = { name: 'w', dependencies: { a: '2.0.0' } };
    expect(refusal({ a: {} }, {}, workspace)).toMatchObject({
      code: 'E_LOCK_VERSION',
      message: 'w/package.json asks for a 2.0.0; the superset pins 1.0.0.',
    });
  });

  test('when it asks for a range, even one that the pinned version meets', () => {
    expect(refusal({ a: {} }, { dependencies: { a: '^1.0.0' } })).toMatchObject({
      code: 'E_LOCK_VERSION',
    });
  });

  test('when the name stands for another package', () => {
    const alias = { a: { name: 'evil' } };
    expect(refusal(alias, { dependencies: { a: '1.0.0' } })).toMatchObject({
      code: 'E_LOCK_VERSION',
    });
  });

  test.each(['dependencies', 'optionalDependencies', 'peerDependencies'])(
    'when one of the %s of a package it uses is missing',
    (list) => {
      const lock = { a: { [list]: { b: '1.0.0' } } };
      expect(refusal(lock, { dependencies: { a: '1.0.0' } })).toMatchObject({
        code: 'E_LOCK_NOT_IN_SUPERSET',
        message: 'b 1.0.0, which node_modules/a asks for, is not in the superset.',
      });
    },
  );

  test.each([
    ['overrides', { overrides: { a: '1.0.0' } }],
    ['bundleDependencies', { bundleDependencies: ['a'] }],
    ['no name', { name: undefined }],
  ])('when its package.json has %s', (_what, root) => {
    expect(refusal({ a: {} }, root)).toMatchObject({ code: 'E_LOCK_UNSUPPORTED' });
  });
});

describe('a superset that proves too little is refused', () => {
  test.each<[string, LockEntry]>([
    ['says where an entry comes from', { resolved: 'https://packages.example/a-1.0.0.tgz' }],
    ['proves an entry with sha1 only', { integrity: 'sha1-AAAA' }],
    ['proves an entry with nothing', { integrity: '' }],
  ])('when it %s', (_what, entry) => {
    expect(refusal({ a: entry }, {})).toMatchObject({ code: 'E_LOCK_SUPERSET' });
  });

  test('when npm would read it by other rules', () => {
    const lock = { ...superset({}), lockfileVersion: 2 };
    const project = { root: { name: 'my-app' }, workspaces: {} };
    expect(() => closeLock(lock, project)).toThrow('not of lockfileVersion 3');
  });
});
