import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import app from '../../generators/app/generator.ts';
import healthCheck from '../../generators/health-check/generator.ts';
import infra from '../../generators/infra/generator.ts';
import integration from '../../generators/integration/generator.ts';
import jobs from '../../generators/jobs/generator.ts';
import mail from '../../generators/mail/generator.ts';
import notes from '../../generators/notes/generator.ts';
import outboundWebhook from '../../generators/outbound-webhook/generator.ts';
import outboundWebhooks from '../../generators/outbound-webhooks/generator.ts';
import webhook from '../../generators/webhook/generator.ts';
import webhooks from '../../generators/webhooks/generator.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies, linkInfraDependencies, runIn } from '../support/workbench.ts';
import { mutations } from './mutations/index.ts';
import { lanesOf } from './mutations/lanes.ts';
import { type Mutation, mutated, titleOf } from './mutations/mutation.ts';
import { runTests } from './mutations/run-tests.ts';
import { isDecided, requireReadable, verdictOf } from './mutations/verdict.ts';

// A mutant that hangs is told from a slow machine by what the slowest test of its file took with the guard in place.
const TIMES_THE_SLOWEST = 4;
const SHORTEST_TIMEOUT_MS = 10_000;

// Fewer than this is an anecdote, not a control whose tests were tried.
const FEWEST_A_CONTROL = 3;

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Two copies of one tree, so that one mutant never sees another and both processors have work.
const roots: string[] = [];
const inLane = lanesOf(roots);
beforeAll(async () => {
  const catalogue = await catalogueHere();
  const root = await emit('minimal', folder, catalogue);
  await generateModule({ directory: root, generator: 'health-check', name: 'disk' }, catalogue);
  await generateModule({ directory: root, generator: 'integration', name: 'disk' }, catalogue);
  await generateModule({ directory: root, generator: 'webhook', name: 'disk' }, catalogue);
  await generateModule({ directory: root, generator: 'outbound-webhook', name: 'disk' }, catalogue);
  await generateModule({ directory: root, generator: 'mail' }, catalogue);
  // Beside the scheme that was asked for, so that one tree has all ten.
  const modules = 'services/api/modules/webhook-';
  cpSync(join(TEMPLATES, 'webhook', `${modules}acme-specimen`), join(root, `${modules}disk`), {
    recursive: true,
    force: false,
    filter: (source) => !/acme-specimen[.]/.test(source),
  });
  linkDependencies(root);
  const refreshed = runIn(root, ['npm', 'run', '--silent', 'refresh']);
  if (refreshed.status !== 0) throw new Error(refreshed.stdout + refreshed.stderr);

  const copy = join(folder, 'copy');
  const packages = [join(root, 'node_modules'), join(root, 'infra/node_modules')];
  cpSync(root, copy, { recursive: true, filter: (source) => !packages.includes(source) });
  linkDependencies(copy);
  for (const each of [root, copy]) linkInfraDependencies(each);
  roots.push(root, copy);
});

const claimed = [
  app,
  notes,
  healthCheck,
  infra,
  integration,
  jobs,
  webhooks,
  webhook,
  outboundWebhooks,
  outboundWebhook,
  mail,
].flatMap(({ id, controls }) => controls.map((control) => ({ generator: id, control })));

test.each(claimed)('$control of $generator is tried', ({ generator, control }) => {
  const tried = mutations.filter((mutation) => mutation.control === control);
  expect(tried.length).toBeGreaterThanOrEqual(FEWEST_A_CONTROL);
  // What a module claims is its own to prove: that the app's tests are good says nothing of it.
  const own = generator === 'app' ? tried : tried.filter(({ file }) => isOf(generator, file));
  expect(own).not.toEqual([]);
});

test('no mutation is of a control that nothing claims', () => {
  const known = new Set<string>(['unclaimed', ...claimed.map(({ control }) => control)]);
  expect(mutations.filter(({ control }) => !known.has(control))).toEqual([]);
});

test('no mutation stands in the table twice', () => {
  expect(new Set(mutations.map(titleOf)).size).toBe(mutations.length);
});

test('a mutant that takes the whole file down has not been noticed', () => {
  const [named, other] = ['the named test', 'another test'];
  const failed = { name: named, passed: false, ms: 1, error: 'AssertionError' };
  const passed = { name: other, passed: true, ms: 1 };
  expect(verdictOf([failed, passed], named)).toBe('noticed');
  expect(verdictOf([{ ...failed, passed: true }, passed], named)).toBe('survived');
  expect(verdictOf([{ ...failed, error: 'ReferenceError' }, passed], named)).toBe('crashed');
  expect(verdictOf([failed, { ...failed, name: other }], named)).toBe('crashed');
  expect(verdictOf([{ ...failed, name: 'some.test.ts' }], named)).toBe('crashed');
  expect([[], [failed], [passed]].map((results) => isDecided(results, named))).not.toContain(true);
  for (const results of [[failed, passed], [{ ...failed, passed: true }]])
    expect(isDecided(results, named)).toBe(true);
});

/** What the slowest test of a file took, by the file's path. */
const slowest = new Map<string, number>();

describe.concurrent('with every guard in place', () => {
  const testFiles = [...new Set(mutations.map(({ testFile }) => testFile))];

  test.each(testFiles)('%s passes, and has the tests that the table names', async (testFile) => {
    const results = await inLane((root) => runTests(root, testFile));
    slowest.set(testFile, Math.max(...results.map(({ ms }) => ms)));
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    const named = mutations.filter((mutation) => mutation.testFile === testFile);
    const names = results.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(named.map((mutation) => mutation.test)));
  });
});

describe.concurrent('without its guard, the named test is red', () => {
  test.each(mutations.map((mutation) => [titleOf(mutation), mutation] as const))(
    '%s',
    async (_title, mutation) => {
      const results = await inLane((root) => runMutant(root, mutation));
      expect(verdictOf(results, mutation.test), mutation.test).toBe('noticed');
    },
  );
});

async function runMutant(root: string, mutation: Mutation) {
  const path = join(root, mutation.file);
  const original = readFileSync(path, 'utf8');
  const mutant = mutated(original, mutation);
  requireReadable(mutation.file, mutant);
  writeFileSync(path, mutant);
  try {
    return await runTests(root, mutation.testFile, {
      ...patienceFor(mutation.testFile),
      isEnough: (results) => isDecided(results, mutation.test),
    });
  } finally {
    writeFileSync(path, original);
  }
}

/** Of a mutant that is run by itself nothing is known: it gets the longest. */
function patienceFor(testFile: string): { testTimeoutMs?: number } {
  const known = slowest.get(testFile);
  if (known === undefined) return {};
  return { testTimeoutMs: Math.ceil(Math.max(SHORTEST_TIMEOUT_MS, TIMES_THE_SLOWEST * known)) };
}

function isOf(generator: string, file: string): boolean {
  const isNamed = new RegExp(`(^|/)${generator}(-disk)?[/.]`).test(file);
  return isNamed || existsSync(join(TEMPLATES, generator, file));
}
