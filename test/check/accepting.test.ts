import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BASELINE, applyBaseline, readBaseline } from '../../src/check/baseline.ts';
import { check } from '../../src/check/check.ts';
import { fingerprintsOf } from '../../src/check/fingerprint.ts';
import { suppressionsIn } from '../../src/check/suppressions.ts';
import { runCli } from '../support/cli.ts';
import { KEY, folderOf, write } from './support.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const SALT = '00112233445566778899aabbccddeeff';
const REASON = 'The account of this key was closed long ago.';

const rulesOf = async (root: string, now = NOW) =>
  (await check(root, now)).found.map(
    ({ finding: { rule, file, line } }) => `${file}:${line} ${rule}`,
  );

function baseline(...accepted: readonly object[]): string {
  return JSON.stringify({ format: 1, salt: SALT, accepted }, null, 2);
}

const FOLDER = {
  rule: 'secret-provider-key',
  file: 'src/**',
  control: 'SUPPLY-6',
  reason: REASON,
  expires: '2027-01-01',
};

describe('a baseline', () => {
  test('is written with a reason, accepts what it was written for wherever that moves, and nothing else', async () => {
    const root = folderOf({ 'src/a.ts': `const key = '${KEY}';\n` });
    const refused = await runCli(['check', '--write-baseline'], { cwd: root });
    expect(refused.code).toBe(1);
    const run = await runCli(['check', '--write-baseline', '--reason', REASON], { cwd: root });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toContain('No findings; 1 accepted with a reason.');
    const text = readFileSync(join(root, BASELINE), 'utf8');
    expect(text).not.toContain(KEY);

    write(root, 'src/a.ts', `\n\n// moved\n  const key = '${KEY}';\n`);
    expect(await rulesOf(root, new Date())).toEqual([]);
    write(root, 'src/a.ts', `const key = '${KEY}0';\n`);
    expect(await rulesOf(root, new Date())).toEqual(
      [`${BASELINE}:6 baseline-unused`, 'src/a.ts:1 secret-provider-key'].sort(
        (a, b) => Number(a < b) - Number(a > b),
      ),
    );
    write(root, 'src/a.ts', `const key = '${KEY}';\nconst other = '${KEY}';\n`);
    expect(await rulesOf(root, new Date())).toEqual(['src/a.ts:2 secret-provider-key']);
  });

  test('written again keeps what it accepted, with its first reason, and drops what is gone', async () => {
    const root = folderOf({
      'a.ts': `const key = '${KEY}';\n`,
      'b.ts': `const key = '${KEY}';\n`,
    });
    await runCli(['check', '--write-baseline', '--reason', REASON], { cwd: root });
    writeFileSync(join(root, 'a.ts'), '');
    write(root, 'c.ts', `const key = '${KEY}';\n`);
    const again = ['check', '--write-baseline', '--reason', 'Another reason of today.'];
    expect((await runCli(again, { cwd: root })).code).toBe(0);
    const { accepted } = JSON.parse(readFileSync(join(root, BASELINE), 'utf8'));
    expect(
      accepted.map(({ file, reason }: { file: string; reason: string }) => [file, reason]),
    ).toEqual([
      ['b.ts', REASON],
      ['c.ts', 'Another reason of today.'],
    ]);
  });

  test('accepts a folder of files that are wrong on purpose', async () => {
    const root = folderOf({
      'src/deep/a.ts': `const key = '${KEY}';\n`,
      [BASELINE]: baseline(FOLDER),
    });
    expect(await rulesOf(root)).toEqual([]);
    write(root, 'other/a.ts', `const key = '${KEY}';\n`);
    expect(await rulesOf(root)).toEqual(['other/a.ts:1 secret-provider-key']);
  });

  test.each([
    ['expired', { expires: '2026-11-21' }, 'baseline-expired'],
    ['without a reason', { reason: '' }, 'baseline-invalid'],
    ['with a reason that says nothing', { reason: 'ok' }, 'baseline-invalid'],
    ['more than a year away', { expires: '2028-01-01' }, 'baseline-invalid'],
    ['with a day that there is not', { expires: '2026-02-31' }, 'baseline-invalid'],
    ['of an unknown rule', { rule: 'no-such-rule' }, 'baseline-invalid'],
    ['with the control of another rule', { control: 'AUTHZ-4' }, 'baseline-invalid'],
    ['for everything', { file: '**' }, 'baseline-invalid'],
  ])('with an entry %s accepts nothing, and is told', async (_, change, rule) => {
    const root = folderOf({
      'src/a.ts': `const key = '${KEY}';\n`,
      [BASELINE]: baseline({ ...FOLDER, ...change }),
    });
    const found = await rulesOf(root);
    expect(found).toContain('src/a.ts:1 secret-provider-key');
    expect(found).toContain(`${BASELINE}:6 ${rule}`);
  });

  test('with an entry that accepts nothing any more is told', async () => {
    const root = folderOf({ 'src/a.ts': '', [BASELINE]: baseline(FOLDER) });
    expect(await rulesOf(root)).toEqual([`${BASELINE}:6 baseline-unused`]);
  });

  test.each(['', '{', '[]', '{"format":2}', '{"format":1,"salt":"x","accepted":[]}'])(
    'that cannot be read accepts nothing: %s',
    (text) => {
      const { found } = applyBaseline([], readBaseline(text), [], NOW);
      expect(found.map(({ finding }) => finding.rule)).toEqual(['baseline-invalid']);
    },
  );

  test('that is damaged is not written over', async () => {
    const root = folderOf({ 'a.ts': '', [BASELINE]: '{' });
    const run = await runCli(['check', '--write-baseline', '--reason', REASON], { cwd: root });
    expect(run.code).toBe(3);
    expect(readFileSync(join(root, BASELINE), 'utf8')).toBe('{');
  });
});

describe('a fingerprint', () => {
  const place = { rule: 'secret-named-literal', file: 'a.ts', line: "const password = 'a';" };
  const print = (line: string, salt = SALT) => fingerprintsOf([{ ...place, line }], salt)[0];

  test('depends on the salt, the rule, the file and the line, and not on the space around that', () => {
    expect(print(`  ${place.line}\t`)).toBe(print(place.line));
    expect(print(place.line, SALT.replace('0', 'f'))).not.toBe(print(place.line));
    expect(fingerprintsOf([{ ...place, file: 'b.ts' }], SALT)[0]).not.toBe(print(place.line));
    expect(fingerprintsOf([{ ...place, rule: 'x' }], SALT)[0]).not.toBe(print(place.line));
  });

  test('is shared by thousands of passwords, so none is found by it', () => {
    const guesses = Array.from({ length: 20_000 }, (_, at) => print(`const password = '${at}';`));
    const alike = guesses.filter((guess) => guess === guesses[0]).length;
    expect(alike).toBeGreaterThan(1);
    expect(new Set(guesses).size).toBeLessThanOrEqual(4096);
  });

  test('tells findings apart that are alike', () => {
    const [one, two] = fingerprintsOf([place, place], SALT);
    expect(one).not.toBe(two);
  });
});

describe('a suppression', () => {
  const says = 'secure-app-ignore: secret-provider-key SUPPLY-6 the account of this key is closed';

  test.each(['//', '#', '--', '<!--', '/*', '{/*', ' *'])('counts behind %s', (mark) => {
    expect(suppressionsIn(`${mark} ${says}`).complete).toEqual([
      {
        line: 1,
        rule: 'secret-provider-key',
        control: 'SUPPLY-6',
        reason: 'the account of this key is closed',
      },
    ]);
  });

  test.each([
    'secure-app-ignore: secret-provider-key',
    'secure-app-ignore: secret-provider-key SUPPLY-6',
    'secure-app-ignore: secret-provider-key SUPPLY-6 ok',
    'secure-app-ignore: secret-provider-key because it is closed',
    'secure-app-ignore: SUPPLY-6 the account of this key is closed',
    'secure-app-ignore',
  ])('without a rule, a control or a reason does not count: %s', async (said) => {
    const root = folderOf({ 'a.ts': `// ${said}\nconst key = '${KEY}';\n` });
    expect(await rulesOf(root)).toEqual([
      'a.ts:1 suppression-incomplete',
      'a.ts:2 secret-provider-key',
    ]);
  });

  test('counts on its own line and on the next, and no further', async () => {
    const root = folderOf({
      'same.ts': `const key = '${KEY}'; // ${says}\n`,
      'next.ts': `// ${says}\nconst key = '${KEY}';\n`,
      'far.ts': `// ${says}\n\nconst key = '${KEY}';\n`,
    });
    expect(await rulesOf(root)).toEqual([
      'far.ts:1 suppression-unused',
      'far.ts:3 secret-provider-key',
    ]);
    expect((await check(root, NOW)).accepted).toHaveLength(2);
  });

  test('of another rule, or with the control of another, suppresses nothing', async () => {
    const root = folderOf({
      'rule.ts': `// ${says.replace('provider-key', 'named-literal')}\nconst key = '${KEY}';\n`,
      'control.ts': `// ${says.replace('SUPPLY-6', 'AUTHZ-4')}\nconst key = '${KEY}';\n`,
    });
    expect(await rulesOf(root)).toEqual([
      'control.ts:1 suppression-incomplete',
      'control.ts:2 secret-provider-key',
      'rule.ts:1 suppression-unused',
      'rule.ts:2 secret-provider-key',
    ]);
  });

  test('that is only talked about is none', () => {
    const text = 'Write `secure-app-ignore: <rule> <CONTROL-ID> <reason>` on the line.\n';
    expect(suppressionsIn(text)).toEqual({ complete: [], incomplete: [] });
  });
});
