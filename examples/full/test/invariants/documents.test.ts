import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scriptsIn } from '../support/playbooks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = ['AGENTS.md', 'README.md', ...globSync('playbooks/*.md', { cwd: root })];
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

// Made by running the service, or by whoever has the role that a name in brackets stands for.
const NOT_KEPT = /^\.data\/|[<*]/;
const LONGEST_GUIDE = 60;

test('AGENTS.md stays short enough to be read before every change', () => {
  assert.ok(readFileSync(join(root, 'AGENTS.md'), 'utf8').split('\n').length <= LONGEST_GUIDE);
});

for (const document of documents) {
  const text = readFileSync(join(root, document), 'utf8');

  test(`every script that ${document} names is there`, () => {
    for (const name of scriptsIn(text)) assert.ok(scripts[name], `npm run ${name}`);
  });

  test(`every path that ${document} names is there`, () => {
    for (const path of pathsIn(text)) assert.ok(existsSync(join(root, path)), path);
  });
}

// In code quotes, or an argument of node: something with a slash in it that starts at one of our own folders.
function pathsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`|^node (?:--test )?(\S+)/gm)].map(
    ([, a, b]) => a ?? b ?? '',
  );
  const paths = quoted.flatMap((code) => code.split(' ')).map((word) => word.replace(/[.,;]$/, ''));
  return paths.filter((path) => isOurs(path) && !NOT_KEPT.test(path));
}

function isOurs(path: string): boolean {
  return /^(?:\.github|migrations|platform|playbooks|policies|scripts|security|services|test)\//.test(
    path,
  );
}
