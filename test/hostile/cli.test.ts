import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Run, runCli } from '../support/cli.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { canaryIn } from './support/canary.ts';

const QUIET = ['--no-install', '--no-git'];
/** What a terminal acts on, or a reader does not see, but for the line breaks. */
const UNSEEN = /[^\P{Cc}\n]|\p{Cf}|\u2028|\u2029/u;

const deep = (levels: number): string => `${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`;

describe('answers on standard input that are hostile', () => {
  const cases: [what: string, input: string][] = [
    ['nothing', ''],
    ['no text', '\0\u0001\u0002'],
    ['a byte order mark', '\ufeff{"description":"A."}'],
    ['null', 'null'],
    ['text', '"a"'],
    ['a prototype', '{"__proto__":{"polluted":true}}'],
    ['a constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['a key of escapes', '{"\\u001b[2J":1}'],
    ['deep nesting', `{"description":${deep(20_000)}}`],
    ['deep nesting that does not end', '['.repeat(500_000)],
    ['a huge list', `{"description":[${'1,'.repeat(100_000)}1]}`],
    ['huge text', `{"description":"${'a'.repeat(900_000)}"}`],
    ['more than there can be', `{"description":"${'a'.repeat(10 * 1024 * 1024)}"}`],
    ['a lone surrogate', '{"description":"a\\ud800"}'],
    ['a number for a name', '{"name":5}'],
    ['no name', '{"name":null}'],
    ['the second of two equal keys', '{"description":"A.","description":"A\\u202e."}'],
    ['JavaScript', '{"description":"A.", notes: process.exit()}'],
    ['two documents', '{}{}'],
  ];
  test.each(cases)('%s: refused in words, and nothing is written', async (_what, input) => {
    const parent = emptyFolder();
    const canary = canaryIn(parent);
    const run = await runCli(['my-app', '--answers', '-', ...QUIET], { cwd: parent, input });
    expectRefused(run);
    canary.expectAlive();
    expect(snapshotOf(parent)).toEqual({});
  });
});

describe('flags that are hostile', () => {
  const cases: [what: string, args: string[]][] = [
    ['escapes in the directory', ['x\u001b[31m', '--name=a']],
    ['a line break in the directory', ['a\nb']],
    ['an option as the directory', ['--upload-pack=touch x']],
    ['an option behind the dashes', ['--', '-rf']],
    ['a shell in the description', ['my-app', '--description', '$(touch canary-is-dead)']],
    ['a workflow in the description', ['my-app', '--description', '${{ secrets.TOKEN }}']],
    ['escapes in a flag', ['my-app', '--\u001b[2J']],
    ['escapes in a preset', ['my-app', '--preset', '\u001b[2J']],
    ['a prototype as the preset', ['my-app', '--preset', '__proto__']],
    ['a prototype as the generator', ['generate', '__proto__', 'a']],
    ['a path as the generator', ['generate', '../../evil', 'a']],
    ['an empty package spec', ['my-app', '--package-spec=']],
    ['a folder as the answers', ['my-app', '--answers', '.']],
    ['no file as the answers', ['my-app', '--answers=']],
    ['a control that is none', ['explain', '\u001b[2J']],
    ['a schema that is none', ['schema', 'constructor']],
  ];
  test.each(cases)('%s: refused in words, and nothing is written', async (_what, args) => {
    const parent = emptyFolder();
    const canary = canaryIn(parent);
    const run = await runCli([...args, ...(args.includes('--') ? [] : QUIET)], { cwd: parent });
    expectRefused(run);
    canary.expectAlive();
    expect(snapshotOf(parent)).toEqual({});
  });
});

test('a folder that a shell would run is shown as one quoted word', async () => {
  const parent = emptyFolder();
  const input = JSON.stringify({ name: 'my-app' });
  const run = await runCli(["$(id)'; `x`", '--answers', '-', ...QUIET], { cwd: parent, input });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toContain(`cd '$(id)'\\''; \`x\`'\n`);
  expect(Object.keys(snapshotOf(parent))).toContain(join("$(id)'; `x`", 'package.json'));
});

test('what is said to machines is escaped as well', async () => {
  const run = await runCli(['remove', 'a\u202eb\u009b', '--json'], { cwd: emptyFolder() });
  expect(UNSEEN.test(run.stdout)).toBe(false);
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: false, exit: 1 });
});

function expectRefused({ code, stdout, stderr }: Run): void {
  expect([1, 2], stderr).toContain(code);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^✖ .{10,200}\.\n/);
  expect(stderr).not.toMatch(/^\s+at .*\d+:\d+/m);
  expect(stderr.length).toBeLessThan(1500);
  expect(UNSEEN.test(stderr), JSON.stringify(stderr)).toBe(false);
}
