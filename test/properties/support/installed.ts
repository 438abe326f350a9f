import { expect } from 'vitest';
import { catalogueHere } from '../../support/catalogue.ts';
import { emptyFolder } from '../../support/folder.ts';
import { runIn } from '../../support/workbench.ts';
import { emittedFrom } from './on-disk-project.ts';
import { type Sample, samples } from './projects.ts';
import { sampled, seeded } from './seeded.ts';

/** More modules have more tests of their own, and those are not what is in question here. */
const MOST_RUNS = 3;

const CI = [
  'npm',
  'ci',
  '--ignore-scripts',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
] as const;

/** The same random projects wherever some are installed, the one with the most modules first. */
export function projectsToInstall(): readonly Sample[] {
  return sampled(samples, seeded(3))
    .map((sample) => ({ ...sample, runs: sample.runs.slice(0, MOST_RUNS) }))
    .toSorted((a, b) => b.runs.length - a.runs.length);
}

export function titleOf({ name, runs }: Sample): string {
  return [name, ...runs.map((run) => `${run.generator} ${run.name}`.trimEnd())].join(', ');
}

/** Emits the project of a sample with its packages, which npm installs from the lock. Returns its folder. */
export async function installedFrom(sample: Sample): Promise<string> {
  const root = await emittedFrom(sample, emptyFolder(), await catalogueHere());
  const run = runIn(root, [...CI]);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  return root;
}
