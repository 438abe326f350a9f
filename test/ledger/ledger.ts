import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reads } from './recording.ts';

const FILE = fileURLToPath(new URL('ledger.json', import.meta.url));
const checkout = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Rows that joined the ledger in the last hours run again in CI, unless `PROOFS_BASE` names the commit that the change
 * is built on. The hours are longer than the work on one change takes.
 */
const NEW_FOR_HOURS = 12;

/** What a test file used when it last ran, and the key of each mutation that it noticed, by the mutation's title. */
export interface TestRecord extends Reads {
  readonly rows: Readonly<Record<string, string>>;
}

/** The proofs that have passed, each with the hash of everything its verdict depends on. */
export interface Ledger {
  /** By test file of the emitted project. */
  readonly tests: Readonly<Record<string, TestRecord>>;
  /** Key of each slow proof, by its test file in this repository. */
  readonly proofs: Readonly<Record<string, string>>;
}

export const EMPTY: Ledger = { tests: {}, proofs: {} };

export function readLedger(): Ledger {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Ledger;
}

export function writeLedger(ledger: Ledger): void {
  writeFileSync(FILE, printLedger(ledger));
}

/** Sorted, so that a change shows as the rows that it changes. */
export function printLedger({ tests, proofs }: Ledger): string {
  const sortedTests = sorted(tests, ({ files, folders, packages, rows }) => ({
    files,
    folders,
    packages,
    rows: sorted(rows, (key) => key),
  }));
  return `${JSON.stringify({ tests: sortedTests, proofs: sorted(proofs, (key) => key) }, null, 2)}\n`;
}

function sorted<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U) {
  const entries = Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value)]));
}

/**
 * The ledger before this change: what CI has proven already. Empty where there is none, so that everything runs.
 */
export function readBaseLedger(base = process.env['PROOFS_BASE']): Ledger {
  const commit = base ? git('rev-parse', '--verify', `${base}^{commit}`) : oldEnough();
  const text = commit && git('show', `${commit}:test/ledger/ledger.json`);
  return text ? (JSON.parse(text) as Ledger) : EMPTY;
}

/** Judged by the commit and not by the clock, so that a second run of one commit runs the same rows. */
function oldEnough(): string | undefined {
  const committed = Number(git('log', '-1', '--format=%ct'));
  return git('rev-list', '-1', `--before=${committed - NEW_FOR_HOURS * 3600}`, 'HEAD');
}

export function headCommit(): string {
  return git('rev-parse', 'HEAD') ?? '';
}

function git(...args: readonly string[]): string | undefined {
  try {
    const options = { cwd: checkout, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    return execFileSync('git', args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** One line for each row, record or proof in which two ledgers differ. */
export function differencesOf(committed: Ledger, proven: Ledger): readonly string[] {
  const [before, after] = [linesOf(committed), linesOf(proven)];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name) => {
    if (before.get(name) === after.get(name)) return [];
    if (!after.has(name)) return [`${name} is in the ledger, and is not proven.`];
    return [`${name} ${before.has(name) ? 'has another key' : 'is not in the ledger'}.`];
  });
}

function linesOf({ tests, proofs }: Ledger): ReadonlyMap<string, string> {
  const lines = new Map(Object.entries(proofs));
  for (const [testFile, { rows, ...reads }] of Object.entries(tests)) {
    lines.set(
      `The record of ${testFile}`,
      JSON.stringify([reads.files, reads.folders, reads.packages]),
    );
    for (const [title, key] of Object.entries(rows)) lines.set(`${title} (${testFile})`, key);
  }
  return lines;
}
