import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { emptyFolder } from '../support/folder.ts';

const script = fileURLToPath(new URL('../../scripts/check-release.mjs', import.meta.url));
const ENTRY = `## 1.1.0 (2027-01-02)\n\n### Emitted code\n\n`;
const CHANGE =
  '- **app** `services/api/app.ts`, `platform/x.ts`: checks\n  the origin first. By hand: move the line up.\n';

/** A repository at 1.1.0 after v1.0.0; `changed` are the files that changed since. */
function repository(changelog: string, changed: readonly string[] = []): string {
  const folder = emptyFolder();
  const git = (...args: readonly string[]): void => {
    const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.invalid'];
    execFileSync('git', [...author, ...args], { cwd: folder, stdio: 'ignore' });
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const commit = (what: string): void => {
    git('add', '--all');
    git('commit', '--quiet', '--no-gpg-sign', '--message', what);
  };
  git('init', '--quiet');
  for (const path of ['templates/app/a.ts', 'templates/notes/b.ts', 'templates/package.json'])
    write(path, '1');
  commit('First');
  git('tag', 'v1.0.0');
  for (const path of changed) write(path, '2');
  const url = 'git+https://github.com/owner/name.git';
  write('package.json', JSON.stringify({ version: '1.1.0', repository: { url } }));
  write('CHANGELOG.md', `# Release notes\n\n${changelog}\n## 1.0.0 (2026-12-01)\n`);
  commit('Second');
  return folder;
}

function check(folder: string, ...args: readonly string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [script, '--root', folder, ...args], { encoding: 'utf8' });
}

describe('a version', () => {
  test.each<[string, string, readonly string[]]>([
    ['whose emitted code is as it was', `${ENTRY}- Nothing.\n`, ['src/x.ts']],
    ['that says what to change by hand', ENTRY + CHANGE, ['templates/app/a.ts']],
    [
      'that marks a mended weakness',
      ENTRY + CHANGE.replace('- ', '- **Security** '),
      ['templates/app/a.ts'],
    ],
    ['that asks other questions', `${ENTRY}- Nothing.\n`, ['generators/app/generator.ts']],
    ['that moves emitted dependencies only', `${ENTRY}- Nothing.\n`, ['templates/package.json']],
  ])('%s may be released', (_what, changelog, changed) => {
    const checked = check(repository(changelog, changed));
    expect(checked.stderr).toBe('');
    expect(checked.status).toBe(0);
  });

  test.each<[string, string, readonly string[], string]>([
    ['without an entry', '', [], 'no entry for 1.1.0'],
    ['without the section', '## 1.1.0 (2027-01-02)\n', [], 'no section "Emitted code"'],
    ['with an empty section', ENTRY, [], 'no section "Emitted code"'],
    [
      'that says nothing of a changed template',
      `${ENTRY}- Nothing.\n`,
      ['templates/app/a.ts'],
      'What app emits differs',
    ],
    [
      'that speaks of another generator',
      ENTRY + CHANGE,
      ['templates/app/a.ts', 'templates/notes/b.ts'],
      'What notes emits differs',
    ],
    [
      'that says nothing of changed code that writes code',
      `${ENTRY}- Nothing.\n`,
      ['generators/notes/build/store.ts'],
      'What notes emits differs',
    ],
    [
      'that does not say what to do by hand',
      ENTRY + CHANGE.replace('By hand:', 'And'),
      ['templates/app/a.ts'],
      'What app emits differs',
    ],
    [
      'that names no file',
      ENTRY + CHANGE.replaceAll(/`/g, ''),
      ['templates/app/a.ts'],
      'What app emits differs',
    ],
  ])('%s may not', (_what, changelog, changed, sentence) => {
    const checked = check(repository(changelog, changed));
    expect(checked.status).toBe(1);
    expect(checked.stderr).toContain(sentence);
  });
});

describe('publishing', () => {
  const released = ['--tag', 'v1.1.0', '--repository', 'owner/name'];
  test('needs the tag, the date and the repository of the version', () => {
    expect(check(repository(`${ENTRY}- Nothing.\n`), ...released).status).toBe(0);
  });

  test.each<[string, string, readonly string[], string]>([
    ['another tag', ENTRY, ['--tag', 'v1.1.1', '--repository', 'owner/name'], 'The tag is v1.1.1'],
    ['a fork', ENTRY, ['--tag', 'v1.1.0', '--repository', 'fork/name'], 'does not name fork/name'],
    ['no date', ENTRY.replace('2027-01-02', 'unreleased'), released, 'has no date'],
  ])('is refused with %s', (_what, changelog, args, sentence) => {
    const checked = check(repository(`${changelog}- Nothing.\n`), ...args);
    expect(checked.status).toBe(1);
    expect(checked.stderr).toContain(sentence);
  });
});

test('this version says what it emits', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  expect(check(root).stderr).toBe('');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version} (`);
});
