import { expect } from 'vitest';

export const SMALL = 16 * 1024;
const TIMES = 16;

/** Linear work grows sixteenfold, and a busy machine adds to it; a quadratic pattern takes 256 times as long. */
const GROWTH = 100;

/** The least a time counts as: shorter ones say nothing about growth. */
const CLOCK_MS = 1;

/** Rounds of a measurement that did not pass; the collector and other work on the machine only ever add. */
const ROUNDS = 4;

/** 16 KB that take this long are no linear work; a megabyte of them would not end. */
const HOPELESS_MS = 2_000;

/** Runs on a text of the seed over and over, and on one sixteen times as long. */
export async function expectLinear(
  run: (text: string) => unknown,
  seed: string,
  length = SMALL,
): Promise<void> {
  const [small, large] = [repeat(seed, length), repeat(seed, TIMES * length)];
  let growth = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && growth >= GROWTH; round++) {
    const least = Math.max(await timeOf(run, small), CLOCK_MS);
    if (least > HOPELESS_MS) break;
    growth = Math.min(growth, (await timeOf(run, large)) / least);
  }
  expect(growth, `growth on ${JSON.stringify(seed)}`).toBeLessThan(GROWTH);
}

/** Milliseconds of processor, which other work on the machine does not change. */
async function timeOf(run: (text: string) => unknown, text: string): Promise<number> {
  const start = process.cpuUsage();
  await run(text);
  return process.cpuUsage(start).user / 1000;
}

function repeat(seed: string, length: number): string {
  return seed.repeat(Math.ceil(length / seed.length));
}
