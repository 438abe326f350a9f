import { expect } from 'vitest';
import type { Lockfile, PackageJson } from '../../../src/lock/index.ts';
import { edgesOf, resolve } from '../../lock/support/npm-flags.ts';

/** One exact version, as npm takes it without looking any further. */
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const LISTS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

/** Each package that a package.json names is pinned, and pinned to what the superset has. */
export function expectPinned(packages: readonly PackageJson[], superset: Lockfile): void {
  for (const json of packages) {
    for (const [name, version] of LISTS.flatMap((list) => Object.entries(json[list] ?? {}))) {
      if (name.startsWith('@app/')) continue;
      expect(version, name).toMatch(EXACT);
      expect(superset.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  }
}

/** Whatever is asked for is there, and whatever is there is asked for. */
export function expectClosed(lock: Lockfile): void {
  const reached = new Set(
    Object.keys(lock.packages).filter((at) => !at.startsWith('node_modules/')),
  );
  for (const from of reached) {
    for (const { name, optional, peer } of edgesOf(lock, from)) {
      const to = resolve(lock, from.startsWith('node_modules/') ? from : '', name);
      if (to !== undefined) reached.add(to);
      else expect(optional && peer, `${name}, which ${from} asks for`).toBe(true);
    }
  }
  // npm links every workspace, whether or not another one asks for it.
  const unasked = Object.keys(lock.packages).filter(
    (at) => !reached.has(at) && lock.packages[at]?.link !== true,
  );
  expect(unasked).toEqual([]);
  for (const [at, entry] of Object.entries(lock.packages)) {
    if (at.startsWith('node_modules/') && !entry.link)
      expect(entry.integrity, at).toMatch(/^sha512-/);
  }
}
