import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateModule } from '../../src/operations/generate.ts';
import { overlayProofs } from '../proofs/overlay.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies } from '../support/workbench.ts';
import { MOTO_CANNOT } from './aws/moto-cannot.ts';
import type { Result } from '../ledger/run-tests.ts';

const withMoto = fileURLToPath(new URL('../../scripts/with-moto.sh', import.meta.url));
const reporter = fileURLToPath(new URL('../ledger/reporter.ts', import.meta.url));
const bin = fileURLToPath(new URL('../../templates/node_modules/.bin', import.meta.url));

/** The tests and proofs that call AWS. The others say here what they say in the project itself. */
const CALLING_AWS = [
  'platform/test/aws.test.ts',
  'proofs/aws/{anchor-log,key-store,secret-store,stores.process}.test.ts',
  'proofs/aws-mail/mailer-ses.test.ts',
];

const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
let results: readonly Result[];

beforeAll(async () => {
  const catalogue = await catalogueHere();
  const root = await emit('minimal', folder, catalogue);
  await generateModule({ directory: root, generator: 'mail' }, catalogue);
  linkDependencies(root);
  overlayProofs(root);
  results = runBesideMoto(root, globSync(CALLING_AWS, { cwd: root }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runBesideMoto(root: string, files: readonly string[]): readonly Result[] {
  const command = ['node', '--test', `--test-reporter=${reporter}`, ...files];
  const { stdout } = spawnSync(withMoto, command, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_TEST_CONTEXT: undefined,
      PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
    },
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Result);
}

test('the same contracts hold for moto, but for what it cannot do', () => {
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  expect(failed.toSorted()).toEqual(Object.keys(MOTO_CANNOT).toSorted());
});

test('each contract ran', () => {
  const contracts = results.filter(({ name, passed }) => passed && name.startsWith('AWS: '));
  expect(contracts.length).toBeGreaterThanOrEqual(12);
  for (const part of [
    'a ciphertext',
    'the last one is the last',
    'as a Secret',
    'all clients leave',
  ])
    expect(results.filter(({ name }) => name.includes(part)).length, part).toBeGreaterThan(0);
});
