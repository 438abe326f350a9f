import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

interface Package {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

// What every registry serves; a tarball from elsewhere has another address.
const FROM_REGISTRY = /^https:\/\/[^?#]+\/-\/[^/?#]+\.tgz$/;
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

test('every dependency names one exact version (SUPPLY-1)', async () => {
  for (const { path, json } of await packages()) {
    const { dependencies, devDependencies, optionalDependencies } = json;
    const named = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(named)) {
      assert.match(version, EXACT, `${path}: ${name} is not pinned`);
    }
  }
});

test('every locked package carries a sha512 of its bytes (SUPPLY-1)', async () => {
  for (const [path, entry] of await locked()) {
    assert.match(entry.integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, `${path} could be swapped`);
  }
});

test('no locked package comes from anywhere but a registry (SUPPLY-1)', async () => {
  for (const [path, { resolved }] of await locked()) {
    if (resolved === undefined) continue;
    assert.match(resolved, FROM_REGISTRY, `${path} comes from a place that can change`);
  }
});

test('npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)', async () => {
  for (const path of files(['.npmrc', 'infra/.npmrc'])) {
    const settings = (await read(path)).split('\n');
    for (const setting of [
      'save-exact=true',
      'strict-allow-scripts=true',
      'allow-git=none',
      'allow-remote=none',
      'allow-file=none',
    ]) {
      assert.ok(settings.includes(setting), `${setting} is missing from ${path}`);
    }
    const age = settings.find((line) => line.startsWith('min-release-age='))?.split('=')[1];
    assert.ok(Number(age) >= 7, `min-release-age in ${path} is below a week`);
  }
});

test('every workflow step runs an action by the hash of its commit (SUPPLY-1)', async () => {
  for (const name of await readdir(new URL('.github/workflows/', root))) {
    const workflow = await read(`.github/workflows/${name}`);
    for (const [, action = ''] of workflow.matchAll(/\buses:\s*(\S+)/g)) {
      // One of this repository comes with the very commit that uses it.
      if (action.startsWith('./')) continue;
      assert.match(action, /@[0-9a-f]{40}$/, `${name}: ${action} can be moved to other code`);
    }
  }
});

async function packages(): Promise<{ path: string; json: Package }[]> {
  const paths = files([
    'package.json',
    'platform/package.json',
    'services/*/package.json',
    'infra/package.json',
  ]);
  return Promise.all(paths.map(async (path) => ({ path, json: JSON.parse(await read(path)) })));
}

async function locked(): Promise<[string, Locked][]> {
  const locks = await Promise.all(
    files(['package-lock.json', 'infra/package-lock.json']).map(read),
  );
  return locks
    .flatMap((lock) =>
      Object.entries((JSON.parse(lock) as { packages: Record<string, Locked> }).packages),
    )
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link);
}

// The infrastructure program is installed on its own, where there is one.
function files(patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: root });
}
