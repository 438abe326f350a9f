import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import { emptyFolder } from '../support/folder.ts';
import { folderOf } from './support.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/minimal');
const NOW = new Date('2026-11-22T12:00:00Z');

let root: string;
beforeEach(() => {
  root = emptyFolder();
  // What a run leaves there is nobody's to judge.
  cpSync(EXAMPLE, root, {
    recursive: true,
    filter: (path) => !/node_modules|[\\/]\.data(?:[\\/]|$)/.test(path.slice(EXAMPLE.length)),
  });
});

const found = async () =>
  (await check(root, NOW)).found.map(({ finding: { rule, file } }) => `${file} ${rule}`);

function edit(path: string, change: (text: string) => string): void {
  const full = join(root, path);
  writeFileSync(full, change(readFileSync(full, 'utf8')));
}

test('what the generator emits holds all that it claims', async () => {
  const checked = await check(root, NOW);
  expect(checked.ours).toBe(true);
  expect(checked.found).toEqual([]);
});

test('each control that was taken out is missed, each by its own rule', async () => {
  rmSync(join(root, 'platform/src/http/sessions.ts'));
  edit('platform/src/sessions/sessions.ts', (text) => text.replaceAll('AUTH-9', 'AUTH-nine'));
  edit('services/api/modules.ts', (text) => `${text}// edited\n`);
  rmSync(join(root, 'test/invariants/policies.test.ts'));
  edit('.npmrc', (text) =>
    text.replace('allow-git=none', 'allow-git=all').replace(/min-release-age=7/, ''),
  );
  edit('security/controls/app.json', (text) => {
    const table = JSON.parse(text);
    table.controls = table.controls.filter(({ id }: { id: string }) => id !== 'SUPPLY-1');
    return JSON.stringify(table, null, 2);
  });
  edit('package-lock.json', (text) =>
    text.replace(/\n\s*"integrity": "sha512-[^"]+"(,?)/, '\n      "was": "gone"$1'),
  );
  const rules = await found();
  expect(rules).toContain('security/controls/app.json control-gone');
  expect(rules).toContain('platform/src/sessions/sessions.ts control-uncited');
  expect(rules).toContain('services/api/modules.ts managed-file-edited');
  expect(rules).toContain('test/invariants/policies.test.ts guard-file-removed');
  expect(rules.filter((rule) => rule === '.npmrc npmrc-weakened')).toHaveLength(2);
  expect(rules).toContain('secure-app.json control-unclaimed');
  expect(rules).toContain('package-lock.json lockfile-entry');
  const reasons = (await check(root, NOW)).found.map(({ finding }) => finding.reason).join('\n');
  expect(reasons).toContain(
    'AUTH-9 is said to be held by platform/src/http/sessions.ts, which is gone.',
  );
  expect(reasons).toContain(
    'A module brings SUPPLY-1, and its table does not say where it is held.',
  );
});

test('a control that two modules claim is missed where one of them loses its part', async () => {
  edit('security/controls/notes.json', (text) => {
    const table = JSON.parse(text);
    table.controls = table.controls.filter(({ id }: { id: string }) => id !== 'AUTHZ-1');
    return JSON.stringify(table, null, 2);
  });
  expect(await found()).toContain('secure-app.json control-unclaimed');
});

test('ours stays held to exact versions, and to what parses', async () => {
  edit('platform/package.json', (text) => text.replace(/("kysely": ")/, '$1^'));
  writeFileSync(join(root, 'services/api/half.ts'), 'export const role = process.env.ROLE ??');
  const rules = await found();
  expect(rules).toContain('platform/package.json dependency-range');
  expect(rules).toContain('services/api/half.ts unreadable');
});

test.each(['', '{}', '[]', '{"files":[]}'])(
  'a manifest that cannot be read is told: %s',
  async (text) => {
    const bare = folderOf({ 'secure-app.json': text, 'a.ts': 'export const a = 1;\n' });
    const rules = (await check(bare, NOW)).found.map(({ finding }) => finding.rule);
    expect(rules).toContain('manifest-unreadable');
  },
);

test('paths in a manifest lead nowhere outside', async () => {
  const manifest = {
    files: { '../../etc/passwd': { owner: 'managed', module: 'app', sha256: 'x' } },
  };
  const bare = folderOf({ 'secure-app.json': JSON.stringify(manifest), 'a.ts': '' });
  expect((await check(bare, NOW)).found).toEqual([]);
});
