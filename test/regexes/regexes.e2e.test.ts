import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { ACCEPTED, MADE } from './accepted.ts';
import { findRegexes } from './find-regexes.ts';
import { judge } from './judge.ts';

const LONG_MS = 60 * 60_000;

const { expressions, made } = await findRegexes(fileURLToPath(new URL('../../', import.meta.url)));

test.each([
  [String.raw`^(a+)+$`, 'exponential'],
  [String.raw`\s+$`, 'polynomial'],
  [String.raw`a{0,501}$`, 'polynomial'],
  [String.raw`a{0,80}$`, 'linear'],
  [String.raw`^a+$`, 'linear'],
] as const)('%s is %s', async (source, verdict) => {
  expect(await judge(source, '')).toBe(verdict);
});

describe('every regular expression of the command and of what it emits', () => {
  test('takes time in proportion to the text', { timeout: LONG_MS }, async () => {
    const unique = new Map(
      expressions.map((one) => [`${one.source}/${one.flags.replace('g', '')}`, one]),
    );
    const slow: string[] = [];
    for (const { file, source, flags } of unique.values()) {
      const verdict = await judge(source, flags);
      if (verdict !== 'linear') slow.push(`${file}: ${verdict} /${source}/${flags}`);
    }
    const isAccepted = (line: string): boolean => line.slice(0, line.indexOf(': ')) in ACCEPTED;
    expect(slow.filter((line) => !isAccepted(line))).toEqual([]);
    const files = new Set(slow.map((line) => line.slice(0, line.indexOf(': '))));
    expect(Object.keys(ACCEPTED).filter((file) => !files.has(file))).toEqual([]);
  });

  test('is a constant, or says why it may be made while the program runs', () => {
    const files = [...new Set(made.map((line) => line.slice(0, line.indexOf(': '))))];
    expect(files.toSorted()).toEqual(Object.keys(MADE).toSorted());
  });
});
