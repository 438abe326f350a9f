import { describe, expect, test, vi } from 'vitest';

import { formatFinding, rules, scanFiles } from '../../src/guard/index.ts';
import { planted } from './planted.ts';

// Read when secretlint loads, which is at the first file that needs it.
process.env['DEBUG'] = '*';

const FALLBACK = "export const roleOf = (user?: { role: string }) => user?.role ?? 'admin';\n";

test('a finding names rule, control, file, line, reason and way out, and nothing of the text', async () => {
  const content = `\n\nexport const key = '${planted['AWS_ID']}';\n`;
  const [finding] = await scanFiles([{ path: 'services/api/keys.ts', content }]);
  expect(Object.keys(finding ?? {}).sort()).toEqual(
    ['control', 'file', 'line', 'reason', 'rule', 'wayOut'].sort(),
  );
  expect(finding).toMatchObject({ file: 'services/api/keys.ts', line: 3, control: 'SUPPLY-6' });
  expect(formatFinding(finding!)).toMatch(
    /^services\/api\/keys\.ts:3 {2}secret-provider-key \(SUPPLY-6\)\n {2}A /,
  );
  expect(JSON.stringify(finding)).not.toContain(planted['AWS_ID']);
});

test('findings come sorted, one per rule and line', async () => {
  const findings = await scanFiles([
    { path: 'b.ts', content: `${FALLBACK}${FALLBACK.replace('roleOf', 'other')}` },
    {
      path: 'a.ts',
      content: `export const pair = [{ role: x ?? 'admin' }, { role: x ?? 'admin' }];\nvar x: never;`,
    },
  ]);
  expect(findings.map(({ file, line }) => `${file}:${line}`)).toEqual([
    'a.ts:1',
    'b.ts:1',
    'b.ts:2',
  ]);
});

test('a path that holds a secret is refused and withheld', async () => {
  const path = `modules/${planted['STRIPE_LIVE']}/index.ts`;
  const findings = await scanFiles([{ path, content: FALLBACK }]);
  expect(findings.map((finding) => finding.rule)).toEqual([
    'privileged-fallback',
    'secret-provider-key',
  ]);
  expect(JSON.stringify(findings)).not.toContain(planted['STRIPE_LIVE']);
});

describe('what cannot be read is refused', () => {
  const deep = `export const pick = x ?? 'root' + ${'('.repeat(20_000)}1${')'.repeat(20_000)};`;
  const long = `export const pick = x ?? 'root' + ${'1 + '.repeat(60_000)}1;`;
  const lists = `export const pick = x ?? 'root' + ${'['.repeat(20_000)}${']'.repeat(20_000)};`;
  test.each([
    ['nested parentheses', deep],
    ['a chain deeper than the stack', long],
    ['nested lists', lists],
    ['more than a file holds', `// ${' '.repeat(9_000_000)}`],
  ])('%s', async (_, content) => {
    const findings = await scanFiles([{ path: 'a.ts', content }]);
    expect(findings.map((finding) => finding.rule)).toEqual(['unreadable']);
  });

  test('every source when all are parsed, even without a keyword', async () => {
    const file = { path: 'a.ts', content: 'export const = 1;' };
    expect(await scanFiles([file])).toEqual([]);
    expect(await scanFiles([file], { parseAll: true })).toHaveLength(1);
  });
});

test('the value is not printed while scanning, not even for DEBUG', async () => {
  const printed: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    printed.push(String(chunk));
    return true;
  });
  await scanFiles([{ path: 'a.env', content: `X=${planted['GITHUB']}` }]);
  write.mockRestore();
  expect(printed.join('')).toContain('secretlint');
  expect(printed.join('')).not.toContain(planted['GITHUB']);
});

test('rules have different ids and stateless keywords', () => {
  expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
  for (const rule of rules) {
    for (const keyword of rule.keywords ?? []) expect(keyword.flags).not.toMatch(/[gy]/);
    expect(rule.files?.flags ?? '').not.toMatch(/[gy]/);
  }
});
