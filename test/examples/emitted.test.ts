import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProject } from '../../src/operations/create.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { removeModule } from '../../src/operations/remove.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';

/** The longest and the shortest name there can be: what stands beside them must still be formatted. */
const LONGEST = 'a-name-of-thirty-characters-ok';
const SHORTEST = 'a';

/** A check takes a minute on an idle machine, and is run beside others. */
const LONGEST_CHECK_MS = 300_000;

/** Every type, required and optional, under names of both lengths, and the longest list of fields there can be. */
const RESOURCES: Readonly<Record<string, string>> = {
  anameofthirtycharactersinaword:
    'number:text,total:integer,paid:boolean,due_at:timestamp,customer:uuid,remark:text?,rebate:integer?,open:boolean?,' +
    'paid_at:timestamp?,order_reference:uuid?,position:integer,time:text?',
  x: Array.from('abcdefghijkl', (letter) => `${letter.repeat(40)}:timestamp?`).join(','),
};

/** The longest label, in an origin that is long besides. */
const baseUrl = `https://${'a'.repeat(63)}.a-long-name.example.com:8443`;

const profiles: [what: string, notes: boolean, healthChecks: string[], resources?: typeof RESOURCES][] = [
  ['alone', false, []],
  ['with notes, two health checks and two integrations', true, [LONGEST, SHORTEST]],
  ['with resources of every type', false, [], RESOURCES],
];

describe.each(profiles)('the service %s', (_what, notes, healthChecks, resources) => {
  test('passes its own check: format, lint, types, derived files, policies, tests', async () => {
    const root = await emitted(notes, healthChecks, resources);
    linkDependencies(root);
    for (const command of [['npm', 'run', '--silent', 'refresh'], ['npm', 'run', '--silent', 'check']] as const) {
      const run = runIn(root, [...command]);
      expect(run.status, run.stdout + run.stderr).toBe(0);
    }
  }, LONGEST_CHECK_MS);
});

test('removing what was added restores every byte', async () => {
  const catalogue = await catalogueHere();
  const root = await emitted(true, []);
  const before = snapshotOf(root);
  await generateModule({ directory: root, generator: 'health-check', name: SHORTEST }, catalogue);
  await generateModule({ directory: root, generator: 'health-check', name: LONGEST }, catalogue);
  await generateResources(root);
  for (const name of Object.keys(RESOURCES)) await removeModule({ directory: root, module: name }, catalogue);
  await removeModule({ directory: root, module: 'health-check', name: SHORTEST }, catalogue);
  await removeModule({ directory: root, module: `health-check-${LONGEST}` }, catalogue);
  expect(snapshotOf(root)).toEqual(before);
});

test('at least 85 % of the lines of a profile are files as they stand in templates/', async () => {
  const catalogue = await catalogueHere();
  const { plan, directory } = await createProject({ directory: join(emptyFolder(), 'x') }, catalogue);
  const lines = (path: string): number => (snapshot[path] ?? '').split('\n').length;
  const snapshot = snapshotOf(directory);
  const total = plan.files.reduce((sum, { path }) => sum + lines(path), 0);
  const verbatim = plan.files.filter(({ source }) => source.kind === 'verbatim').reduce((sum, { path }) => sum + lines(path), 0);
  expect(verbatim / total).toBeGreaterThanOrEqual(0.85);
});

async function emitted(notes: boolean, healthChecks: readonly string[], resources = {}): Promise<string> {
  const catalogue = await catalogueHere();
  const { directory } = await createProject({ directory: join(emptyFolder(), 'my-app'), answers: { notes } }, catalogue);
  for (const name of healthChecks) await generateModule({ directory, generator: 'health-check', name }, catalogue);
  for (const name of healthChecks) await generateModule({ directory, generator: 'integration', name, answers: { baseUrl } }, catalogue);
  await generateResources(directory, resources);
  return directory;
}

async function generateResources(directory: string, resources = RESOURCES): Promise<void> {
  const catalogue = await catalogueHere();
  for (const [name, fields] of Object.entries(resources))
    await generateModule({ directory, generator: 'resource', name, answers: { fields } }, catalogue);
}
