import { test } from 'vitest';
import { installedFrom, projectsToInstall, titleOf } from './support/installed.ts';

// The first one is installed where its suite runs.
const [, ...projects] = projectsToInstall().map((sample) => [titleOf(sample), sample] as const);

test.each(projects)('the lock of a random project installs: %s', async (_title, sample) => {
  await installedFrom(sample);
});
