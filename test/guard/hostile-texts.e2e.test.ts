import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { emittedRules, scanFiles } from '../../src/guard/index.ts';
import { mask } from '../../templates/app/platform/src/logging/masking.ts';
import { findSecrets } from '../../templates/app/platform/src/secret-shapes.ts';
import { hostileTexts, repeated } from './hostile-texts.ts';

const MEGABYTE = 1_000_000;

/** Linear work doubles with the text, and quadratic work takes four times as long. */
const GROWTH = 3;

/** Less says nothing about growth: a collection of garbage takes as long. */
const CLOCK_MS = 30;

/** Rounds of a measurement that did not pass. Other work on the machine only ever adds. */
const ROUNDS = 5;

const texts = await hostileTexts(fileURLToPath(new URL('../../', import.meta.url)));

/** All rules take a second each, so they judge every fifth. */
const some = texts.filter((_, at) => at % 5 === 0);

describe('one line of a megabyte takes twice as long as half of it', () => {
  test.each([
    ['a prompt', texts, (text: string) => findSecrets(text)],
    ['an environment file', texts, (text: string) => findSecrets(text, '.env')],
    ['a line of the log', texts, (text: string) => mask(text)],
    ['a source in check', some, (text: string) => check('a.ts', text)],
    ['a configuration in check', some, (text: string) => check('a.yml', text)],
  ] as const)('%s', async (_, hostile, run) => {
    const slow: string[] = [];
    for (const text of hostile) if (!(await isLinear(run, text))) slow.push(text);
    expect(slow).toEqual([]);
  });
});

function check(path: string, content: string) {
  return scanFiles([{ path, content }], { rules: emittedRules });
}

async function isLinear(run: (text: string) => unknown, text: string): Promise<boolean> {
  const [half, whole] = [repeated(text, MEGABYTE / 2), repeated(text, MEGABYTE)];
  for (let round = 0; round < ROUNDS; round++) {
    const all = await timeOf(run, whole);
    // Most are quick enough to say nothing about growth.
    if (all < GROWTH * CLOCK_MS || all < GROWTH * (await timeOf(run, half))) return true;
  }
  return false;
}

/** Milliseconds of processor, which other work on the machine does not change. */
async function timeOf(run: (text: string) => unknown, text: string): Promise<number> {
  const start = process.cpuUsage();
  await run(text);
  return process.cpuUsage(start).user / 1000;
}
