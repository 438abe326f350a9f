import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { printLock, type LockEntry, type PackageJson } from '../../src/lock/index.ts';
import { readJson, realSuperset, templates } from './support/supersets.ts';

const verifier = new URL('../../scripts/verify-superset.mjs', import.meta.url);
const { faultsOf } = (await import(verifier.href)) as {
  faultsOf: (folder: string) => Promise<string[]>;
};

test('the superset that ships has no fault', async () => {
  expect(await faultsOf(fileURLToPath(templates))).toEqual([]);
});

type Manifest = PackageJson & { allowScripts?: Record<string, boolean> };

/** The faults of a copy of the superset after one change. */
async function faultsAfter(
  change: (manifest: Manifest, packages: Record<string, LockEntry>) => void,
): Promise<string[]> {
  const manifest = readJson<Manifest>('package.json');
  const lock = realSuperset();
  change(manifest, lock.packages as Record<string, LockEntry>);
  const folder = await mkdtemp(join(tmpdir(), 'superset-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files: [string, string][] = (manifest.workspaces ?? []).map((path) => [
    `${path}/package.json`,
    JSON.stringify(readJson(`${path}/package.json`)),
  ]);
  files.push(['package.json', JSON.stringify(manifest)], ['package-lock.json', printLock(lock)]);
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return faultsOf(folder);
}

describe('a superset is refused', () => {
  test('when it pins a range', async () => {
    const faults = await faultsAfter((manifest, packages) => {
      for (const each of [manifest, packages[''] ?? {}]) {
        Object.assign(each.dependencies ?? {}, { fastify: '^5.0.0' });
      }
    });
    expect(faults).toContain('fastify is asked for as ^5.0.0, not as one exact version.');
  });

  test("when one platform's binding is missing", async () => {
    const faults = await faultsAfter((_manifest, packages) => {
      delete packages['node_modules/@oxlint/binding-darwin-arm64'];
    });
    expect(faults).toEqual([
      expect.stringMatching(/^@oxlint\/binding-darwin-arm64 .* is not in the superset\.$/),
    ]);
  });

  test('when the lock was written for another package.json', async () => {
    const faults = await faultsAfter((manifest) => {
      Object.assign(manifest, { engines: { node: '>=99' } });
    });
    expect(faults).toEqual([
      'package-lock.json is not the lock of package.json and the workspaces.',
    ]);
  });

  test('when an entry says where it comes from', async () => {
    const faults = await faultsAfter((_manifest, packages) => {
      Object.assign(packages['node_modules/fastify'] ?? {}, {
        resolved: 'https://packages.example',
      });
    });
    expect(faults).toEqual([expect.stringContaining('no "resolved"')]);
  });

  test.each<[string, object, string]>([
    ['obliges the user', { license: 'GPL-3.0-only' }, 'has the licence GPL-3.0-only.'],
    ['obliges in part', { license: '(MIT AND GPL-3.0-only)' }, 'has the licence (MIT AND'],
    ['has no licence', { license: undefined }, 'has the licence (none).'],
    ['runs a script on install', { hasInstallScript: true }, 'runs a script when installed'],
    ['is deprecated', { deprecated: 'gone' }, 'is deprecated.'],
  ])('when a package %s', async (_what, change, sentence) => {
    const faults = await faultsAfter((_manifest, packages) => {
      Object.assign(packages['node_modules/fastify'] ?? {}, change);
    });
    expect(faults).toEqual([expect.stringContaining(sentence)]);
  });

  test('but not when the script was judged, or a licence leaves a choice', async () => {
    const faults = await faultsAfter((manifest, packages) => {
      manifest.allowScripts = { fastify: false };
      const change = { hasInstallScript: true, license: '(GPL-3.0-only OR MIT)' };
      Object.assign(packages['node_modules/fastify'] ?? {}, change);
    });
    expect(faults).toEqual([]);
  });
});
