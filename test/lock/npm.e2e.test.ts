import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  closeLock,
  printLock,
  type Lockfile,
  type PackageJson,
  type Project,
} from '../../src/lock/index.ts';
import { npm, projectFolder } from './support/project-folder.ts';
import { projectsFrom } from './support/projects.ts';
import { readJson, realSuperset, templates } from './support/supersets.ts';

const superset = realSuperset();
const superManifest = readJson<PackageJson>('package.json');
const samples = fc.sample(projectsFrom(superManifest), { numRuns: 12, seed: 20_261_122 });

describe('npm writes the same lock', () => {
  test.each(samples.map((project, index) => [index, project] as const))(
    'when it cuts sample %i out of the superset itself',
    async (_index, project) => {
      const folder = await projectFolder(project, unpruned(project));
      await npm(folder, 'install', '--package-lock-only', '--ignore-scripts', '--offline');
      expect(await lockIn(folder)).toBe(printLock(closeLock(superset, project)));
    },
  );
});

describe('npm ci accepts the lock from an empty folder', () => {
  test('of the application', async () => {
    await installs(application());
  });

  test.each([0, 1, 2])('of sample %i', async (index) => {
    await installs(samples[index] ?? application());
  });
});

async function installs(project: Project) {
  const lock = closeLock(superset, project);
  const folder = await projectFolder(project, lock);
  await npm(folder, 'ci', '--prefer-offline');
  await npm(folder, 'ls', '--all');
  await npm(folder, 'install', '--package-lock-only', '--ignore-scripts', '--offline');
  expect(await lockIn(folder)).toBe(printLock(lock));
}

/** Everything the superset holds under a root that asks for nothing: npm must prune and flag it. */
function unpruned({ root }: Project): Lockfile {
  const external = Object.entries(superset.packages).filter(([, entry]) => entry.integrity);
  return {
    ...(root.name !== undefined && { name: root.name }),
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'nothing' }, ...Object.fromEntries(external) },
  };
}

function application(): Project {
  const root = existsSync(new URL('app/package.json', templates))
    ? readJson<PackageJson>('app/package.json')
    : { ...superManifest, name: 'my-app', workspaces: ['platform', 'services/*'] };
  return {
    root,
    workspaces: {
      platform: readJson('app/platform/package.json'),
      'services/api': readJson('app/services/api/package.json'),
    },
  };
}

function lockIn(folder: string) {
  return readFile(join(folder, 'package-lock.json'), 'utf8');
}
