import { expect, test } from 'vitest';
import { EMBEDDED, runIn } from '../support/workbench.ts';
import { installedFrom, projectsToInstall, titleOf } from './support/installed.ts';

/** What makes an installed project whole and proves it. */
const PROOFS = [
  ['npm', 'run', '--silent', 'refresh'],
  ['npx', '--no-install', 'tsc', '--noEmit'],
  ['npx', '--no-install', 'oxlint'],
  ['npm', 'test', '--silent'],
] as const;

const projects = projectsToInstall()
  .slice(0, 1)
  .map((sample) => [titleOf(sample), sample] as const);

test.each(projects)(
  'a random project, installed, passes its own tests: %s',
  async (_title, sample) => {
    const root = await installedFrom(sample);
    for (const proof of PROOFS) {
      const run = runIn(root, [...proof], EMBEDDED);
      const failed = `${JSON.stringify(sample)}\n${proof.join(' ')}\n${run.stdout}${run.stderr}`;
      expect(run.status, failed).toBe(0);
    }
  },
);
