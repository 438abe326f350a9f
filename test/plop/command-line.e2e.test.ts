import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyFolder, emptyFolderForFile, snapshotOf } from '../support/folder.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** What `app` asks after its name and description: notes, the infrastructure, and who proposes updates. */
const yes = ['true', 'true', 'dependabot'];

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

/** The real plop, as `npx plop` starts it. */
function plop(plopfile: string, dest: string, ...args: readonly string[]): Ended {
  const bin = join(checkout, 'node_modules/plop/bin/plop.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [bin, '--plopfile', plopfile, '--dest', dest, ...args],
    { cwd: dest, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  return { status, said: stdout + stderr };
}

const here = join(checkout, 'plopfile.mjs');

/** A copy of what `npm pack` ships that a team loads, in a folder of theirs. */
function team(folder: string): {
  readonly folder: string;
  readonly dist: string;
  readonly plopfile: string;
} {
  const installed = join(folder, 'node_modules/create-secure-app');
  mkdirSync(installed, { recursive: true });
  for (const part of ['dist', 'plop.js', 'package.json'])
    cpSync(join(checkout, part), join(installed, part), { recursive: true });
  symlinkSync(join(checkout, 'node_modules/plop'), join(folder, 'node_modules/plop'));
  const plopfile = join(folder, 'plopfile.mjs');
  writeFileSync(
    plopfile,
    "export default async function (plop) { await plop.load('create-secure-app/plop'); }",
  );
  return { folder, dist: join(installed, 'dist'), plopfile };
}

describe('a plopfile that cannot be loaded', () => {
  test('plain: ends with 0', () => {
    const dest = emptyFolder();
    const broken = join(dest, 'plopfile.mjs');
    writeFileSync(broken, "export default () => { throw new Error('broken'); };");
    const { status, said } = plop(broken, dest, 'anything');
    expect([status, said]).toEqual([0, expect.stringContaining('broken')]);
  });

  test('ours, from a package that is damaged: ends with 4, and the sentence', () => {
    const { folder, dist, plopfile } = team(emptyFolder());
    rmSync(join(dist, 'superset.json.gz'));
    const { status, said } = plop(plopfile, folder, 'app');
    expect([status, said]).toEqual([4, expect.stringContaining('superset.json.gz is missing')]);
  });

  test('ours, from a checkout that is not built: ends with 4, and the sentence', () => {
    const folder = emptyFolder();
    cpSync(here, join(folder, 'plopfile.mjs'));
    const { status, said } = plop(join(folder, 'plopfile.mjs'), folder, 'app');
    expect([status, said]).toEqual([4, expect.stringContaining('npm run build')]);
  });
});

let installed: string;

beforeAll(() => {
  installed = team(emptyFolderForFile()).plopfile;
});

describe.each([
  ['here', () => here],
  ['from a package, by plop.load', () => installed],
])('npx plop %s', (_where, plopfileOf) => {
  test('creates and adds, through the engine', () => {
    const [plopfile, dest] = [plopfileOf(), emptyFolder()];
    const made = plop(plopfile, dest, 'app', 'my-app', "O'Reilly & (Sons", ...yes);
    expect(made.status, made.said).toBe(0);
    const root = join(dest, 'my-app');
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain("O'Reilly & (Sons");
    const added = plop(plopfile, root, 'health-check', 'search-index');
    expect(added.status, added.said).toBe(0);
    const once = snapshotOf(root);
    expect(plop(plopfile, root, 'health-check', 'search-index').status).toBe(0);
    expect(snapshotOf(root)).toEqual(once);
  });

  test.each([
    ['a path for a name', ['app', '../escaped', 'Ours.', ...yes]],
    ['an answer that is no answer', ['app', 'my-app', 'Ours.', 'perhaps', ...yes.slice(1)]],
    ['markup', ['app', 'my-app', '# <script>', ...yes]],
    ['no project to add to', ['health-check', 'search-index']],
    ['a generator that is not there', ['everything']],
  ])('with %s ends with a failure, and nothing is written', (_what, args) => {
    const [plopfile, parent] = [plopfileOf(), emptyFolder()];
    const dest = join(parent, 'dest');
    mkdirSync(dest);
    const { status, said } = plop(plopfile, dest, ...args);
    expect(status, said).toBe(1);
    expect(said).not.toContain('node:internal');
    expect(snapshotOf(parent)).toEqual({ 'dest/': '' });
    expect(existsSync(join(parent, 'escaped'))).toBe(false);
  });
});
