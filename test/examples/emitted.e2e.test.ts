import { expect, test } from 'vitest';
import { LONGEST, RESOURCES, SHORTEST, faultsOf } from './support/emitted.ts';

test('the service alone passes its own check', async () => {
  expect(await faultsOf({})).toBe('');
});

test('with resources of every type it passes its own check', async () => {
  expect(await faultsOf({ resources: RESOURCES })).toBe('');
});

test('with jobs and two integrations it passes its own check', async () => {
  expect(await faultsOf({ jobs: true, integrations: [LONGEST, SHORTEST] })).toBe('');
});
