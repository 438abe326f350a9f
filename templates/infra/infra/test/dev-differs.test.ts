import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizes } from '../settings.ts';
import type { Settings } from '../settings.ts';
import { ALLOWED, differences, isAllowed, nameless } from './dev-differs.ts';
import { captureProject, settingsOf } from './example.ts';

/** Under the same name, so that nothing but the size differs. */
async function sized(egress: Settings['egress']) {
  const production = await captureProject(settingsOf({ egress, size: sizes.prod }));
  const development = await captureProject(settingsOf({ egress, size: sizes.dev }));
  return [production.graph, development.graph] as const;
}

// Before any test: the runner follows every promise within one, and a capture has tens of thousands.
const pairs = [await sized('dns-firewall'), await sized('network-firewall')];
const renamed = await captureProject(settingsOf({ environment: 'dev', size: sizes.prod }));

test('development differs from production in what is listed, and in nothing that protects (SUPPLY-5)', () => {
  const found = pairs.flatMap(([production, development]) => differences(production, development));
  assert.deepEqual(
    found.filter((difference) => !isAllowed(difference)),
    [],
  );
});

test('everything that is listed does differ', () => {
  const found = pairs.flatMap(([production, development]) => differences(production, development));
  const stale = ALLOWED.filter(
    ({ type, path }) => !found.some((one) => one.type === type && one.path === path),
  );
  assert.deepEqual(stale, []);
});

test('of the environment itself nothing is made but names', () => {
  const [[production] = assert.fail()] = pairs;
  assert.deepEqual(differences(nameless(production), nameless(renamed.graph)), []);
});
