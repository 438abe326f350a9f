import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolderForFile } from '../support/folder.ts';
import { PROFILES, emit } from '../support/profiles.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';

const random = createHash('sha512').update('a specimen').digest('base64').replaceAll(/\W/g, '');

/** By the file that it is planted in. None of them stands here as it would there. */
const PLANTED: Readonly<Record<string, string>> = {
  'services/api/pay.ts': `export const key = '${['sk', 'live', random.slice(0, 24)].join('_')}';\n`,
  'deploy.yml': `env:\n  AWS_ACCESS_KEY_ID: ${['AK', 'IA'].join('')}${random.slice(0, 16).toUpperCase()}\n`,
  'seed.sql': `create role app login pass${'word'} '${random.slice(0, 12)}';\n`,
  'notes.md': `Use gh${'p_'}${random.slice(0, 36)} until Friday.\n`,
  'key.txt': `-----BEGIN ${'PRIVATE'} KEY-----\n${random.slice(0, 64)}\n`,
};

describe.each(Object.keys(PROFILES))('a commit in examples/%s', (profile) => {
  let root: string;
  const git = (...args: readonly string[]): ReturnType<typeof runIn> =>
    runIn(root, ['git', '-c', 'user.name=t', '-c', 'user.email=t@t.example', ...args]);
  const commits = (): number => Number(git('rev-list', '--count', 'HEAD').stdout);

  beforeAll(async () => {
    root = await emit(profile, emptyFolderForFile(), await catalogueHere());
    linkDependencies(root);
    git('init', '--quiet');
    git('add', '.');
  });

  test('of all that is emitted passes the hook', () => {
    const put = runIn(root, ['npm', 'run', '--silent', 'hooks']);
    expect(put.stderr).toMatch(/refuses a commit/);
    const first = git('commit', '--quiet', '--message', 'First');
    expect(first.status, first.stdout + first.stderr).toBe(0);
    expect(commits()).toBe(1);
  });

  test.each(Object.entries(PLANTED))('with a key in %s is refused', (path, text) => {
    writeFileSync(join(root, path), text);
    git('add', path);
    const refused = git('commit', '--quiet', '--message', 'Planted');
    expect(refused.status).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(`${path}:`);
    expect(refused.stdout + refused.stderr).not.toContain(random.slice(0, 12));
    expect(commits()).toBe(1);
    git('rm', '--quiet', '--force', path);
  });
});
