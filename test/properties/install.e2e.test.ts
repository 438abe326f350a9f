import { describe, expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder } from '../support/folder.ts';
import { EMBEDDED, runIn } from '../support/workbench.ts';
import { emittedFrom } from './support/on-disk-project.ts';
import { type Run, type Sample, samples } from './support/projects.ts';
import { sampled, seeded } from './support/seeded.ts';

/** More modules have more tests of their own, and those are not what is in question here. */
const MOST_RUNS = 3;

const drawn = sampled(samples, seeded(3)).map((sample) => ({
  ...sample,
  runs: sample.runs.slice(0, MOST_RUNS),
}));
const [largest, ...others] = drawn
  .sort((a, b) => b.runs.length - a.runs.length)
  .map((sample) => [[sample.name, ...sample.runs.map(titleOf)].join(', '), sample] as const);

/** What makes an installed project whole and proves it. */
const PROOFS = [
  ['npm', 'run', '--silent', 'refresh'],
  ['npx', '--no-install', 'tsc', '--noEmit'],
  ['npx', '--no-install', 'oxlint'],
  ['npm', 'test', '--silent'],
] as const;

describe('the lock of a random project installs', () => {
  test.each(others)('%s', async (_what, sample) => {
    await installed(sample);
  });

  test.each(largest ? [largest] : [])('and the project holds: %s', async (_what, sample) => {
    const root = await installed(sample);
    for (const proof of PROOFS) {
      const run = runIn(root, [...proof], EMBEDDED);
      expect(
        run.status,
        `${JSON.stringify(sample)}\n${proof.join(' ')}\n${run.stdout}${run.stderr}`,
      ).toBe(0);
    }
  });
});

function titleOf({ generator, name }: Run): string {
  return `${generator} ${name}`.trimEnd();
}

async function installed(sample: Sample): Promise<string> {
  const root = await emittedFrom(sample, emptyFolder(), await catalogueHere());
  const ci = [
    'npm',
    'ci',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ] as const;
  const run = runIn(root, [...ci]);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  return root;
}
