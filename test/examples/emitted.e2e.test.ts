import { expect, test } from 'vitest';
import { SCHEMES } from '../../generators/webhook/schemes.ts';
import { LONGEST, RESOURCES, SHORTEST, faultsOf } from './support/emitted.ts';

test('the service alone passes its own check', async () => {
  expect(await faultsOf({})).toBe('');
});

test('with resources of every type it passes its own check', async () => {
  expect(await faultsOf({ resources: RESOURCES })).toBe('');
});

test('with webhooks in both directions and two integrations it passes its own check', async () => {
  const named = { [LONGEST]: 'standard-webhooks', [SHORTEST]: 'custom' };
  const others = SCHEMES.map(({ value }) => value).filter(
    (scheme) => !Object.values(named).includes(scheme),
  );
  const profile = {
    integrations: [LONGEST, SHORTEST],
    webhooks: { ...named, ...Object.fromEntries(others.map((scheme) => [scheme, scheme])) },
    outboundWebhooks: [LONGEST, SHORTEST],
  };
  expect(await faultsOf(profile)).toBe('');
});
