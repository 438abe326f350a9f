import { expect, test } from 'vitest';
import { EMPTY, type Ledger, differencesOf } from './ledger.ts';
import { type KeyedRow, changedSince, dueInCi } from './selection.ts';

const COUNT = 1_000;
const rows: readonly KeyedRow[] = Array.from({ length: COUNT }, (_, index) => ({
  title: `row ${index}`,
  testFile: 'a.test.ts',
  key: `key ${index}`,
}));

function ledgerOf(keyed: readonly KeyedRow[]): Ledger {
  const proven = Object.fromEntries(keyed.map(({ title, key = '' }) => [title, key]));
  return {
    tests: { 'a.test.ts': { files: [], folders: [], packages: [], rows: proven } },
    proofs: {},
  };
}

const committed = ledgerOf(rows);
const [first = { title: '', testFile: '', key: '' }, ...others] = rows;

test('without a ledger every row is due', () => {
  expect(rows.filter(changedSince(EMPTY))).toEqual(rows);
});

test('a row is due when its key changes, and no other row is', () => {
  const changed = [{ ...first, key: 'another' }, ...others];
  expect(changed.filter(changedSince(committed))).toEqual(changed.slice(0, 1));
});

test('a row of a test file without a record is due', () => {
  expect(changedSince(committed)({ ...first, key: undefined })).toBe(true);
});

test('in CI 3 % of the proven rows run: the same for one commit, and others for the next', () => {
  const sample = (commit: string): readonly KeyedRow[] =>
    rows.filter(dueInCi(committed, committed, rows, commit, 0.03));
  expect(sample('one')).toHaveLength(0.03 * COUNT);
  expect(sample('one')).toEqual(sample('one'));
  expect(sample('one')).not.toEqual(sample('two'));
});

test('in CI a row that the change itself put into the ledger runs, so that a forged row is red', () => {
  const isDue = dueInCi(committed, ledgerOf(others), rows, 'commit', 0);
  expect(isDue(first)).toBe(true);
});

test('in CI a row whose key is not the committed one runs', () => {
  const isDue = dueInCi(ledgerOf(others), committed, rows, 'commit', 0);
  expect(isDue(first)).toBe(true);
});

test('a forged row, a missing row and a forged key are told apart from the ledger that was proven', () => {
  expect(differencesOf(committed, committed)).toEqual([]);
  expect(differencesOf(committed, ledgerOf(others))).toEqual([
    'row 0 (a.test.ts) is in the ledger, and is not proven.',
  ]);
  expect(differencesOf(ledgerOf(others), committed)).toEqual([
    'row 0 (a.test.ts) is not in the ledger.',
  ]);
  expect(differencesOf(ledgerOf([{ ...first, key: 'forged' }, ...others]), committed)).toEqual([
    'row 0 (a.test.ts) has another key.',
  ]);
});

test('a record that names fewer files than the test opens differs', () => {
  const [record] = Object.values(committed.tests);
  const proven = { tests: { 'a.test.ts': { ...record!, files: ['opened.sql'] } }, proofs: {} };
  expect(differencesOf(committed, proven)).toEqual(['The record of a.test.ts has another key.']);
});
