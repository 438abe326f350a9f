import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolderForFile } from '../support/folder.ts';
import { emit } from '../support/profiles.ts';
import { runIn } from '../support/workbench.ts';

const LIST = fileURLToPath(new URL('npms/', import.meta.url));
const folder = emptyFolderForFile();
const npms = join(folder, 'npms');

beforeAll(() => {
  mkdirSync(npms);
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(LIST, name), join(npms, name));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', ['ci', ...options], { cwd: npms, stdio: 'ignore' });
});

describe.each([
  ['npm-v11', /^11[.]/],
  ['npm-v12', /^12[.]/],
])('an emitted project under %s, with its own .npmrc', (name, version) => {
  let project: string;
  const npm = (...args: readonly string[]): ReturnType<typeof runIn> =>
    // No settings but those of the project.
    runIn(project, ['node', join(npms, 'node_modules', name, 'bin/npm-cli.js'), ...args], {
      npm_config_userconfig: join(folder, 'none'),
    });

  beforeAll(async () => {
    mkdirSync(join(folder, name));
    project = await emit('minimal', join(folder, name), await catalogueHere());
  });

  test('every setting is one that this npm knows and follows', () => {
    expect(npm('--version').stdout).toMatch(version);
    const said = npm('config', 'list', '--json');
    expect(said.stderr).not.toContain('Unknown project config');
    const followed = JSON.parse(said.stdout) as Record<string, unknown>;
    for (const line of readFileSync(join(project, '.npmrc'), 'utf8').split('\n')) {
      const [key = '', value] = line.split('=', 2);
      if (value !== undefined && !key.startsWith('#'))
        expect(String(followed[key]), key).toBe(value);
    }
  });

  test('npm ci installs what is locked, from an empty folder', () => {
    const run = npm('ci', '--no-audit', '--prefer-offline');
    expect(run.status, run.stderr).toBe(0);
    const check = npm('run', '--silent', 'bans');
    expect(check.status, check.stdout + check.stderr).toBe(0);
  });

  test.each([
    ['a git repository', 'git+https://git.example.invalid/x.git', 'EALLOWGIT'],
    ['a tarball from anywhere', 'https://files.example.invalid/x.tgz', 'EALLOWREMOTE'],
    ['a tarball on this disk', './x.tgz', 'EALLOWFILE'],
  ])('%s is refused before anybody is asked for it', (_what, spec, code) => {
    const lock = readFileSync(join(project, 'package-lock.json'), 'utf8');
    const run = npm('install', spec, '--package-lock-only');
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain(code);
    expect(readFileSync(join(project, 'package-lock.json'), 'utf8')).toBe(lock);
  });
});
