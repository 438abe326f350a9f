import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProject } from '../../src/operations/create.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { removeModule } from '../../src/operations/remove.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import {
  LONGEST,
  RESOURCES,
  SHORTEST,
  emitted,
  faultsOf,
  generateResources,
} from './support/emitted.ts';

test('with notes and two health checks it passes its own check: format, lint, types, derived files, policies, tests', async () => {
  expect(await faultsOf({ notes: true, healthChecks: [LONGEST, SHORTEST] })).toBe('');
});

test('AGENTS.md stays short enough to be read before every change', async () => {
  const root = await emitted({ notes: true });
  const lines = readFileSync(join(root, 'AGENTS.md'), 'utf8').split('\n');
  expect(lines.length).toBeLessThanOrEqual(60);
});

test('removing what was added restores every byte', async () => {
  const catalogue = await catalogueHere();
  const root = await emitted({ notes: true });
  const before = snapshotOf(root);
  await generateModule({ directory: root, generator: 'health-check', name: SHORTEST }, catalogue);
  await generateModule({ directory: root, generator: 'health-check', name: LONGEST }, catalogue);
  await generateResources(root);
  for (const name of Object.keys(RESOURCES))
    await removeModule({ directory: root, module: name }, catalogue);
  await removeModule({ directory: root, module: 'health-check', name: SHORTEST }, catalogue);
  await removeModule({ directory: root, module: `health-check-${LONGEST}` }, catalogue);
  expect(snapshotOf(root)).toEqual(before);
});

test('at least 85 % of the lines of a profile are files as they stand in templates/', async () => {
  const catalogue = await catalogueHere();
  const { plan, directory } = await createProject(
    { directory: join(emptyFolder(), 'x') },
    catalogue,
  );
  const lines = (path: string): number => (snapshot[path] ?? '').split('\n').length;
  const snapshot = snapshotOf(directory);
  const total = plan.files.reduce((sum, { path }) => sum + lines(path), 0);
  const verbatim = plan.files
    .filter(({ source }) => source.kind === 'verbatim')
    .reduce((sum, { path }) => sum + lines(path), 0);
  expect(verbatim / total).toBeGreaterThanOrEqual(0.85);
});
