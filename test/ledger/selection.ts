import { createHash } from 'node:crypto';
import type { Ledger } from './ledger.ts';

/** A proof by its title, with its key as the files are now; undefined while nothing is known of its test file. */
export interface KeyedRow {
  readonly title: string;
  readonly testFile: string;
  readonly key: string | undefined;
}

/** Whether a row has to run. */
export type IsDue = (row: KeyedRow) => boolean;

/** Rows that are new, or whose key is another one than in the ledger. */
export function changedSince(ledger: Ledger): IsDue {
  const rows = Object.values(ledger.tests).flatMap((record) => Object.entries(record.rows));
  const known = new Map([...rows, ...Object.entries(ledger.proofs)]);
  return ({ title, key }) => key === undefined || known.get(title) !== key;
}

/**
 * What CI runs: the rows that are new or changed since the base of the change, whatever the change says of them in the
 * ledger, and a sample of the others, which shows in time what a key misses.
 */
export function dueInCi(
  committed: Ledger,
  base: Ledger,
  rows: readonly KeyedRow[],
  commit: string,
  sampledShare: number,
): IsDue {
  const [isStale, isNew] = [changedSince(committed), changedSince(base)];
  const sample = sampleOf(
    rows.filter((row) => !isStale(row) && !isNew(row)),
    commit,
    sampledShare,
  );
  return (row) => isStale(row) || isNew(row) || sample.has(row.title);
}

/** Other rows with each commit, and the same ones when a commit is tried again. */
function sampleOf(rows: readonly KeyedRow[], commit: string, share: number): ReadonlySet<string> {
  const place = ({ title }: KeyedRow): string =>
    createHash('sha256').update(`${commit} ${title}`).digest('hex');
  const placed = rows.map((row) => ({ title: row.title, place: place(row) }));
  const inOrder = placed.toSorted((a, b) => (a.place < b.place ? -1 : 1));
  return new Set(inOrder.slice(0, Math.ceil(share * rows.length)).map(({ title }) => title));
}
