import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readControls } from '../../scripts/refresh.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const documents = ['AGENTS.md', 'README.md', ...globSync('playbooks/*.md', { cwd: root })];
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

const ID = /\b(?:AUTH|AUTHZ|HOOK|PAY|SUPPLY|OBS|CHECK)-\d+\b/g;
const CITING = [
  '{services,platform,migrations,policies,scripts,test}/**/*.{ts,sql,cedar}',
  'infra/{*.ts,{bootstrap,components,modules,test}/**/*.ts}',
  '.github/workflows/*.yml',
  '.npmrc',
];

const controls = readControls(root);
const cited = citations();

test('every control that the code cites is in the table', () => {
  const known = new Set(controls.map(({ id }) => id));
  const unknown = [...cited].filter(([id]) => !known.has(id));
  assert.deepEqual(unknown, [], 'Add a row to security/controls/<module>.json.');
});

test('every row names files that exist and cite the control', () => {
  for (const { id, module, code, tests } of controls) {
    assert.ok(code.length > 0 && tests.length > 0, `${id} in ${module}.json names code and tests`);
    for (const file of [...code, ...tests])
      assert.ok(
        cited.get(id)?.has(file),
        `${file} does not cite ${id}, which ${module}.json claims`,
      );
  }
});

test('a claim stands in one row of a module', () => {
  const rows = controls.map(({ id, module }) => `${module} ${id}`);
  assert.equal(new Set(rows).size, rows.length);
});

function citations(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of globSync(CITING, { cwd: root })) {
    if (file.includes('node_modules')) continue;
    for (const [id] of readFileSync(`${root}${file}`, 'utf8').matchAll(ID)) {
      const files = found.get(id) ?? new Set();
      found.set(id, files.add(file.replaceAll('\\', '/')));
    }
  }
  return found;
}
