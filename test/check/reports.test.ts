import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import { printHtml } from '../../src/check/html.ts';
import { sarifOf } from '../../src/check/sarif.ts';
import { projectRules } from '../../src/check/finding-rules.ts';
import controls from '../../src/controls.json' with { type: 'json' };
import { runCli } from '../support/cli.ts';
import { IGNORE, KEY, folderOf } from './support.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

/** The schema of OASIS for SARIF 2.1.0, as SchemaStore hands it out under Apache-2.0. */
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/sarif-2.1.0.schema.json'), 'utf8'),
);

const FILES = {
  'src/a b#1.ts': `const key = '${KEY}';\n`,
  'src/b.ts': `// ${IGNORE}: secret-provider-key SUPPLY-6 a key of a closed account, kept for a test\nconst key = '${KEY}';\n`,
  'tool.py': 'print(1)\n',
};

test('SARIF holds to its schema, and names rule, place, reason and what was accepted', async () => {
  const root = folderOf(FILES);
  const run = await runCli(['check', '.', '--sarif', '-'], { cwd: root });
  expect(run.code).toBe(2);
  const document = JSON.parse(run.stdout);
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  const [{ results, tool, invocations }] = document.runs;
  expect(results).toHaveLength(2);
  expect(results[0]).toMatchObject({
    ruleId: 'secret-provider-key',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/a%20b%231.ts' },
          region: { startLine: 1 },
        },
      },
    ],
  });
  expect(tool.driver.rules[results[0].ruleIndex].id).toBe('secret-provider-key');
  expect(results[1].suppressions).toEqual([
    {
      kind: 'inSource',
      status: 'accepted',
      justification: 'a key of a closed account, kept for a test',
    },
  ]);
  expect(JSON.stringify(invocations)).toContain('not parsed');
});

test('the schema refuses what is no SARIF', async () => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const document = sarifOf(await check(folderOf(FILES), NOW), '0.1.0') as {
    runs: { results: object[] }[];
  };
  document.runs[0]?.results.push({ ruleId: 'x' });
  expect(ajv.compile(schema)(document)).toBe(false);
});

test('the page is whole by itself: no script, no address, every name escaped', async () => {
  const root = folderOf({ ...FILES, 'src/<b>&"\'.ts': `const key = '${KEY}';\n` });
  const html = printHtml(await check(root, NOW), '0.1.0');
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).not.toMatch(/<script|<img|<link|https?:|javascript:|\son\w+=/i);
  expect(html).toContain("default-src 'none'");
  expect(html).not.toContain('<b>');
  expect(html).toContain('a key of a closed account');
  expect(html).not.toContain(KEY);
});

test('the table says rule, control, why, the way out, and where', async () => {
  const root = folderOf({
    'src/a.ts': `const key = '${KEY}';\n`,
    'src/b.ts': `a();\nconst key = '${KEY}';\n`,
  });
  const run = await runCli(['check'], { cwd: root });
  expect(run.stdout).toBe(`secret-provider-key (SUPPLY-6)
  A cloud or payment key in a repository lets whoever reads it act and spend as you.
  Revoke the key, and read the new one at run time from the secret store.
    src/a.ts  1
    src/b.ts  2

✖ 2 findings of 1 rule in 2 files.
  2 files judged, of those that no .gitignore leaves out.
  This is no project of create-secure-app (it has no secure-app.json), so no control was checked: only what is wrong anywhere.
What may stay needs a reason: a comment \`secure-app-ignore: <rule> <CONTROL-ID> <reason>\`, or --write-baseline.
`);
});

test('every rule about a project names a control, an attack and a way out', () => {
  const ids = new Set(controls.controls.map(({ id }) => id));
  for (const { control, reason, wayOut } of projectRules) {
    expect(ids).toContain(control);
    expect(reason).toMatch(/^[A-Z].*\.$/);
    expect(wayOut).toMatch(/^[A-Z].*\.$/);
  }
});

test.each(['--sarif', '--html'])(
  'a folder for %s that is not there is said in a sentence, and nothing is written',
  async (flag) => {
    const root = folderOf({ 'src/a.ts': 'export const a = 1;\n' });
    const run = await runCli(['check', '.', flag, 'gone/report'], { cwd: root });
    expect([run.code, run.stdout]).toEqual([4, '']);
    expect(run.stderr).toContain('The folder that would hold the report does not exist.');
  },
);
