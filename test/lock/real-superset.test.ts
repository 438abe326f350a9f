import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeLock, printLock, type PackageJson } from '../../src/lock/index.ts';
import { edgesOf, flagsByNpm, resolve } from './support/npm-flags.ts';
import { projectsFrom } from './support/projects.ts';
import { readJson, realSuperset } from './support/supersets.ts';

const lock = realSuperset();
const projects = projectsFrom(readJson<PackageJson>('package.json'));

describe('any choice of packages from the superset', () => {
  test('has the flags npm would give it', () => {
    fc.assert(
      fc.property(projects, (project) => {
        const closed = closeLock(lock, project);
        for (const [location, expected] of flagsByNpm(closed)) {
          const { dev, optional, devOptional, peer } = closed.packages[location] ?? {};
          const found = { dev, optional, devOptional, peer };
          for (const [flag, value] of Object.entries(expected)) {
            expect([location, flag, found[flag as keyof typeof found] ?? false]).toEqual([
              location,
              flag,
              value,
            ]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('holds every package that is asked for, nothing else, and every one with its proof', () => {
    fc.assert(
      fc.property(projects, (project) => {
        const closed = closeLock(lock, project);
        const asked = new Set(['', ...Object.keys(project.workspaces)]);
        for (const [location, entry] of Object.entries(closed.packages)) {
          if (entry.link) asked.add(location);
          for (const { name, optional, peer } of edgesOf(closed, location)) {
            const to = resolve(closed, location, name);
            if (!(optional && peer)) expect([location, name, to]).not.toContain(undefined);
            if (to !== undefined) asked.add(to);
          }
          if (!location.startsWith('node_modules/') || entry.link) continue;
          expect(entry.integrity).toMatch(/^sha512-/);
          expect(entry).not.toHaveProperty('resolved');
        }
        expect(new Set(Object.keys(closed.packages))).toEqual(asked);
      }),
      { numRuns: 200 },
    );
  });

  test('is its own closure, and prints to the same bytes whatever the order of the input', () => {
    fc.assert(
      fc.property(projects, (project) => {
        const closed = closeLock(lock, project);
        expect(printLock(closeLock(closed, project))).toBe(printLock(closed));
        const backwards = Object.fromEntries(Object.entries(lock.packages).toReversed());
        const again = closeLock({ ...lock, packages: backwards }, project);
        expect(printLock(again)).toBe(printLock(closed));
      }),
      { numRuns: 50 },
    );
  });
});
