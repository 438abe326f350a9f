// Runs the proofs whose inputs changed, and writes what they proved into ledger.json.
//
//   prove.ts            the proofs that are new or changed since the ledger
//   prove.ts --all      every proof
//   prove.ts TEXT       the proofs whose title or test file contains the text; writes nothing
//   prove.ts --ci       what is new or changed since the base of this change, a sample of the other mutations, and every
//                       end-to-end test that is no slow proof; writes nothing, and fails unless the ledger is the one
//                       that this run would write
//
// With --mutations or --slow, only these.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Ledger,
  differencesOf,
  headCommit,
  readBaseLedger,
  readLedger,
  writeLedger,
} from './ledger.ts';
import { proveMutations } from './mutation-proofs.ts';
import { runSlowProofs } from './run-slow-proofs.ts';
import { type IsDue, type KeyedRow, changedSince, dueInCi } from './selection.ts';
import { readCheckout, keyOfSlowProof } from './slow-proof-keys.ts';
import { SLOW_PROOFS } from './slow-proofs.ts';

const { values: flags, positionals } = parseArgs({
  options: {
    all: { type: 'boolean' },
    ci: { type: 'boolean' },
    mutations: { type: 'boolean' },
    slow: { type: 'boolean' },
  },
  allowPositionals: true,
});
/** Of what the ledger lacks: a change of one file can have hundreds. */
const MOST_LINES = 20;

/** Of the mutations that nothing requires to run. */
const SAMPLED_SHARE = 0.03;

const [text] = positionals;
/** A folder that `.ci/run` reads the times of all test files from. */
const reports = process.env['TEST_REPORTS'];
const writes = !flags.ci && text === undefined;

let committed = readLedger();
let isGreen = true;
if (flags.mutations || !flags.slow) await mutations();
if (flags.slow || !flags.mutations) slow();
process.exitCode = isGreen ? 0 : 1;

async function mutations(): Promise<void> {
  const select = (rows: readonly KeyedRow[]): IsDue => selected(rows, SAMPLED_SHARE);
  // After each test file, so that a run that is cut off has not been for nothing.
  const keep = (tests: Ledger['tests']): void => {
    if (writes) writeLedger({ ...committed, tests });
  };
  const outcome = await proveMutations(committed, select, keep);
  if (reports)
    writeFileSync(join(reports, 'mutations.json'), JSON.stringify({ testResults: outcome.times }));
  for (const line of outcome.failures) console.log(`✖ ${line}`);
  const differences = settle({ ...committed, tests: outcome.tests });
  console.log('The mutations that did not run have the key of an earlier run.');
  const failed = outcome.failures.length + differences;
  console.log(`${outcome.passed} passed, ${failed} failed`);
  isGreen &&= failed === 0;
}

function slow(): void {
  const checkout = readCheckout();
  const rows = Object.keys(SLOW_PROOFS).map((title) => ({
    title,
    testFile: title,
    key: keyOfSlowProof(checkout, title),
  }));
  const isDue = selected(rows, 0);
  const due = rows.filter(isDue);
  console.log(`Due, of ${rows.length} slow proofs:`);
  for (const { title } of due) console.log(`  ${title}`);
  const ran = runSlowProofs(
    due.map(({ title }) => title),
    flags.ci === true,
  );
  const proven = rows.filter((row) => !isDue(row) || ran.passed.has(row.title));
  const proofs = Object.fromEntries(proven.map(({ title, key }) => [title, key]));
  const differences = settle({ ...committed, proofs });
  isGreen &&= ran.isGreen && differences === 0;
}

function selected(rows: readonly KeyedRow[], sampledShare: number): IsDue {
  if (flags.all) return () => true;
  if (text !== undefined) return ({ title, testFile }) => `${title} ${testFile}`.includes(text);
  if (!flags.ci) return changedSince(committed);
  return dueInCi(committed, readBaseLedger(), rows, headCommit(), sampledShare);
}

/** Writes what was proven, or in CI holds it against what is committed. Returns the number of differences. */
function settle(proven: Ledger): number {
  if (writes) writeLedger(proven);
  const differences = flags.ci ? differencesOf(committed, proven) : [];
  for (const line of differences.slice(0, MOST_LINES)) console.log(`✖ ledger: ${line}`);
  if (differences.length > MOST_LINES)
    console.log(`✖ ledger: ${differences.length - MOST_LINES} more rows differ.`);
  if (differences.length > 0)
    console.log('Run `npm run prove` and commit test/ledger/ledger.json with the change.');
  committed = proven;
  return differences.length;
}
