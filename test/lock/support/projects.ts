import fc from 'fast-check';
import type { PackageJson, Project } from '../../../src/lock/index.ts';

const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** Projects of a root and two workspaces, each with some of the packages that the superset pins. */
export function projectsFrom(superset: PackageJson): fc.Arbitrary<Project> {
  const anywhere = { ...superset.dependencies, ...superset.devDependencies };
  // One package a platform: npm refuses them as anything but optional on the other platforms.
  const optionalOnly = superset.optionalDependencies ?? {};

  const manifest = (fixed: PackageJson) =>
    fc
      .tuple(
        fc.dictionary(fc.constantFrom(...Object.keys(anywhere)), fc.constantFrom(...LISTS), {
          maxKeys: 6,
        }),
        fc.subarray(Object.keys(optionalOnly)),
      )
      .map(([places, optional]): PackageJson => {
        const lists = listsOf(places, anywhere);
        for (const name of optional) {
          (lists['optionalDependencies'] ??= {})[name] = optionalOnly[name] ?? '';
        }
        return { ...fixed, version: '0.0.0', ...lists };
      });

  return fc.record({
    root: manifest({ name: 'my-app', workspaces: ['platform', 'services/*'] }),
    workspaces: fc.record({
      platform: manifest({ name: '@app/platform' }),
      'services/api': manifest({ name: '@app/api' }),
    }),
  });
}

function listsOf(places: Record<string, (typeof LISTS)[number]>, pinned: Record<string, string>) {
  const chosen: Record<string, Record<string, string>> = {};
  for (const [name, list] of Object.entries(places)) {
    (chosen[list] ??= {})[name] = pinned[name] ?? '';
  }
  return chosen;
}
