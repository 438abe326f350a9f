import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasInvisible } from '../../src/answers/invisible.ts';
import { shellWord } from '../../src/terminal/shell-word.ts';

test.each([
  ['my-app', 'my-app'],
  ['../a/b_c.d', '../a/b_c.d'],
  ['-rf', './-rf'],
  ['My App', "'My App'"],
  ["it's", `'it'\\''s'`],
  ['$(id)', "'$(id)'"],
  ['a\u001b[2J', "'a\\u{1b}[2J'"],
])('%j is typed as %s', (path, typed) => expect(shellWord(path)).toBe(typed));

test('a shell reads back what was meant', () => {
  const paths = fc
    .string({ unit: 'grapheme-ascii', minLength: 1 })
    .filter((path) => !hasInvisible(path));
  const property = fc.property(fc.array(paths, { minLength: 20, maxLength: 20 }), (words) => {
    const typed = words.map(shellWord).join(' ');
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${typed}`], { encoding: 'utf8' });
    const meant = words.map((word) => (word.startsWith('-') ? `./${word}` : word));
    expect(stdout).toBe(`${meant.join('\n')}\n`);
  });
  fc.assert(property, { numRuns: 10 });
});
