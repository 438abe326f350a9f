import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolderForFile, snapshotOf } from '../support/folder.ts';
import { AVAILABLE, SUPPORTED, TOO_OLD, nodeOf } from '../support/nodes.ts';
import { CAN_CUT_OFF, offline } from '../support/offline.ts';
import { teamWithPackage } from '../support/tarball.ts';
import { runIn } from '../support/workbench.ts';

const { cli, folder: team, plop } = teamWithPackage();
const work = emptyFolderForFile();

const CREATE = ['my-app', '--yes', '--no-install', '--no-git'];
const ADD = ['generate', 'health-check', 'search-index', '--no-install'];
const REMOVE = ['remove', 'health-check', 'search-index', '--no-install'];

/** The command of the tarball, without a network. */
function run(node: string, cwd: string, ...args: readonly string[]): ReturnType<typeof runIn> {
  return runIn(cwd, offline([node, cli, ...args]));
}

writeFileSync(
  join(team, 'plopfile.mjs'),
  "export default (plop) => plop.load('create-secure-app/plop');\n",
);
const made = run(process.execPath, work, ...CREATE);
const expected = snapshotOf(join(work, 'my-app'));

test('the command of the tarball creates a project', () => {
  expect(made.status, made.stderr).toBe(0);
  expect(Object.keys(expected)).toContain('secure-app.json');
});

test('these tests run without a network', (context) => {
  if (!CAN_CUT_OFF) context.skip('this system lets us make no network of our own');
  const seen = runIn(
    work,
    offline([
      process.execPath,
      '-p',
      'Object.values(require("os").networkInterfaces()).flat().filter((one) => !one.internal).length',
    ]),
  );
  expect(seen.stdout).toBe('0\n');
});

// Elsewhere the suite runs on the Node of the host and on the pinned one.
describe.skipIf(!AVAILABLE)('on Linux x64, where the registry has every Node', () => {
  test('the oldest that is promised and the newest of every line that is kept up are tried', () => {
    expect(SUPPORTED).toContain('20.19.0');
    expect(TOO_OLD).toContain('20.18.3');
  });

  describe.each(SUPPORTED)('Node %s', (version) => {
    // Not before a test asks for it: on other systems there is none to install.
    const node = (): string => nodeOf(version);
    const place = join(work, version);
    const project = join(place, 'my-app');

    test('creates the same project as every other, adds a module and takes it out', () => {
      mkdirSync(place);
      const here = run(node(), place, ...CREATE);
      expect(here.status, here.stderr).toBe(0);
      expect(here.stderr).toBe('');
      expect(snapshotOf(project)).toEqual(expected);

      const added = run(node(), project, ...ADD);
      expect(added.status, added.stderr).toBe(0);
      expect(Object.keys(snapshotOf(project)).length).toBeGreaterThan(Object.keys(expected).length);
      const removed = run(node(), project, ...REMOVE);
      expect(removed.status, removed.stderr).toBe(0);
      expect(snapshotOf(project)).toEqual(expected);
    });

    test('answers about itself', () => {
      const answers = (...args: readonly string[]): string => {
        const said = run(node(), place, ...args);
        expect(said.status, said.stderr).toBe(0);
        expect(said.stderr).toBe('');
        return said.stdout;
      };
      expect(answers('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(answers('--help')).toContain('Exit codes: 0 done');
      expect(answers('list')).toContain('health-check');
      expect(JSON.parse(answers('schema', 'app'))).toHaveProperty('properties');
      const planned = JSON.parse(answers('other', '--yes', '--dry-run', '--json')) as {
        files: string[];
      };
      expect(planned.files.toSorted()).toEqual(Object.keys(expected).toSorted());
    });

    test("creates the same project through a team's plopfile", () => {
      const dest = join(place, 'by-plop');
      mkdirSync(dest);
      const plopfile = ['--plopfile', join(team, 'plopfile.mjs'), '--dest', dest];
      const answers = [
        '--name',
        'my-app',
        '--description',
        'Ours.',
        '--notes',
        'true',
        '--updates',
        'dependabot',
        '--infra',
        'true',
      ];
      const byPlop = runIn(team, offline([node(), plop, ...plopfile, 'app', '--', ...answers]));
      expect(byPlop.status, byPlop.stdout + byPlop.stderr).toBe(0);
      expect(Object.keys(snapshotOf(join(dest, 'my-app')))).toEqual(Object.keys(expected));
    });
  });

  test.each(TOO_OLD)('Node %s is told so in one sentence, whatever was asked', (version) => {
    for (const args of [['--version'], ['--help'], CREATE, ['list'], []]) {
      const refused = run(nodeOf(version), work, ...args);
      expect(refused.status, refused.stderr).toBe(4);
      expect(refused.stdout).toBe('');
      expect(refused.stderr).toBe(
        `✖ create-secure-app needs Node 20.19 or newer, and this is ${version}: install a newer one.\n`,
      );
    }
  });
});
