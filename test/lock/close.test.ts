import { describe, expect, test } from 'vitest';
import { closeLock, type Lockfile, type PackageJson } from '../../src/lock/index.ts';
import { superset } from './support/supersets.ts';

const close = (
  lock: Lockfile,
  root: PackageJson,
  workspaces: Readonly<Record<string, PackageJson>> = {},
) => closeLock(lock, { root: { name: 'my-app', version: '0.0.0', ...root }, workspaces });

describe('what is kept', () => {
  test('a package nobody asks for is left out, and so is what only it needs', () => {
    const lock = superset({ a: {}, b: { dependencies: { c: '^1.0.0' } }, c: {} });
    const closed = close(lock, { dependencies: { a: '1.0.0' } });
    expect(Object.keys(closed.packages).sort()).toEqual(['', 'node_modules/a']);
  });

  test('each asker keeps the version nearest to it', () => {
    const lock = superset({
      a: { dependencies: { b: '^2.0.0', d: '^1.0.0' } },
      'a/node_modules/b': { version: '2.0.0', dependencies: { c: '^2.0.0' } },
      'a/node_modules/b/node_modules/c': { version: '2.0.0' },
      'a/node_modules/unused': {},
      b: {},
      c: {},
      d: { dependencies: { b: '^1.0.0', c: '^1.0.0' } },
    });
    const closed = close(lock, { dependencies: { a: '1.0.0' } });
    expect(Object.keys(closed.packages).sort()).toEqual([
      '',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/a/node_modules/b/node_modules/c',
      'node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ]);
  });

  test('packages that need each other end the walk', () => {
    const lock = superset({ a: { dependencies: { b: '*' } }, b: { dependencies: { a: '*' } } });
    const closed = close(lock, { dependencies: { a: '1.0.0' } });
    expect(Object.keys(closed.packages)).toHaveLength(3);
  });

  test('the bindings of every platform stay, wherever this runs', () => {
    const bindings = { 'x-win32': '1.0.0', 'x-linux': '1.0.0' };
    const lock = superset({
      x: { optionalDependencies: bindings },
      'x-linux': { os: ['linux'] },
      'x-win32': { os: ['win32'] },
    });
    const closed = close(lock, { devDependencies: { x: '1.0.0' } });
    expect(closed.packages['node_modules/x-win32']).toMatchObject({ dev: true, optional: true });
    expect(closed.packages['node_modules/x-linux']).toMatchObject({ dev: true, optional: true });
  });

  test('a peer comes along, an optional peer only if somebody else brings it', () => {
    const lock = superset({
      a: {
        peerDependencies: { p: '^1.0.0', q: '^1.0.0' },
        peerDependenciesMeta: { q: { optional: true } },
      },
      p: {},
      q: {},
    });
    const closed = close(lock, { dependencies: { a: '1.0.0' } });
    expect(closed.packages['node_modules/p']).toMatchObject({ peer: true });
    expect(closed.packages).not.toHaveProperty('node_modules/q');
    const both = close(lock, { dependencies: { a: '1.0.0' }, devDependencies: { q: '1.0.0' } });
    expect(both.packages['node_modules/q']).toMatchObject({ devOptional: true });
  });

  test("the superset's own workspaces never leak; the project's take their place", () => {
    const closed = close(
      superset({ a: {} }),
      { workspaces: ['platform', 'services/*'] },
      {
        platform: { name: '@app/platform', version: '0.0.0', dependencies: { a: '1.0.0' } },
        'services/api': {
          name: '@app/api',
          version: '0.0.0',
          dependencies: { '@app/platform': '*' },
        },
      },
    );
    expect(closed.packages).toEqual({
      '': { name: 'my-app', version: '0.0.0', workspaces: ['platform', 'services/*'] },
      platform: { name: '@app/platform', version: '0.0.0', dependencies: { a: '1.0.0' } },
      'services/api': {
        name: '@app/api',
        version: '0.0.0',
        dependencies: { '@app/platform': '*' },
      },
      'node_modules/@app/api': { resolved: 'services/api', link: true },
      'node_modules/@app/platform': { resolved: 'platform', link: true },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-AAAA' },
    });
  });
});

describe('flags', () => {
  const lock = superset({
    a: { dependencies: { c: '*' }, dev: true },
    b: { dependencies: { c: '*' }, peer: true },
    c: { devOptional: true },
  });

  test('flags of the superset do not survive', () => {
    const closed = close(lock, { dependencies: { a: '1.0.0', b: '1.0.0' } });
    for (const name of ['a', 'b', 'c']) {
      expect(closed.packages[`node_modules/${name}`]).not.toHaveProperty('dev');
      expect(closed.packages[`node_modules/${name}`]).not.toHaveProperty('peer');
      expect(closed.packages[`node_modules/${name}`]).not.toHaveProperty('devOptional');
    }
  });

  test('needed by a dev and by an optional package is devOptional', () => {
    const closed = close(lock, {
      devDependencies: { a: '1.0.0' },
      optionalDependencies: { b: '1.0.0' },
    });
    expect(closed.packages['node_modules/a']).toMatchObject({ dev: true });
    expect(closed.packages['node_modules/b']).toMatchObject({ optional: true });
    expect(closed.packages['node_modules/c']).toMatchObject({ devOptional: true });
  });

  test("a workspace's devDependencies count, a package's do not", () => {
    const closed = close(
      superset({ a: { devDependencies: { b: '1.0.0' } }, b: {}, c: {} }),
      { dependencies: { a: '1.0.0' }, workspaces: ['platform'] },
      { platform: { name: '@app/platform', devDependencies: { c: '1.0.0' } } },
    );
    expect(closed.packages).not.toHaveProperty('node_modules/b');
    expect(closed.packages['node_modules/c']).toMatchObject({ dev: true });
  });
});
