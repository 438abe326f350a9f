import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readControls } from '../../scripts/refresh.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const playbooks = globSync('playbooks/*.md', { cwd: root }).toSorted();
const documents = ['AGENTS.md', 'README.md', ...playbooks];
const SECTIONS = ['Symptom', 'Decide', 'Commands', 'Check', 'Afterwards'];
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

// The service makes these, or the reader replaces a name in brackets.
const NOT_KEPT = /^\.data\/|[<*]/;

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

// Scripts of package.json that a text tells its reader to run.
function scriptsIn(text: string): string[] {
  return [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name = '']) => name);
}

for (const path of playbooks) {
  test(`${path} says how bad it is, whose it is, and what to do in which order`, () => {
    const text = readFileSync(join(root, path), 'utf8');
    const front = /^---\n(.*?)\n---\n/s.exec(text)?.[1] ?? '';
    const about = new Map(front.split('\n').map((line) => line.split(': ', 2) as [string, string]));
    assert.match(about.get('severity') ?? '', /^(?:critical|high|medium)$/);
    assert.match(about.get('owner') ?? '', /^\S+$/);
    const named = about.get('controls')?.match(/[A-Z]+-\d+/g) ?? [];
    const known = new Set(readControls(root).map(({ id }) => id));
    assert.ok(named.length > 0 && named.every((id) => known.has(id)), named.join());
    assert.deepEqual(
      [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title),
      SECTIONS,
    );
  });
}
