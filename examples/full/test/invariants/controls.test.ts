import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readControls } from '../../scripts/refresh.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

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
