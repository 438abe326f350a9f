import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureProject } from './example.ts';
import { dataFaults } from './faults/data.ts';
import { networkFaults } from './faults/network.ts';
import { programFaults } from './faults/programs.ts';
import { watchFaults } from './faults/watch.ts';
import { findingsOf, rules } from '../../infra/test/rules.ts';

const faults = [...networkFaults, ...programFaults, ...dataFaults, ...watchFaults];

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const { graph: clean } = await captureProject();

test('without a fault nothing is found', () => {
  assert.deepEqual(findingsOf(clean), []);
});

test('every rule has a name of its own and says what it demands', () => {
  const ids = rules.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { id, demands } of rules) {
    assert.match(id, /^[A-Z0-9]{2,4}-\d{2}$/);
    assert.match(demands, /\.( \(.*\))?$/);
  }
});

for (const { fault, rule, plant } of faults)
  test(`${rule} finds ${fault} (SUPPLY-5)`, () => {
    const finder = rules.find(({ id }) => id === rule);
    assert.notDeepEqual(finder?.find(plant(clean)), []);
  });

test('every rule finds a fault', () => {
  const proven = new Set(faults.map(({ rule }) => rule));
  assert.deepEqual(
    rules.map(({ id }) => id).filter((id) => !proven.has(id)),
    [],
  );
});
