import { expect, test } from 'vitest';
import { SCHEMES } from '../../generators/webhook/schemes.ts';
import { LONGEST, RESOURCES, SHORTEST, faultsOf } from './support/emitted.ts';

test('the service alone passes its own check', async () => {
  expect(await faultsOf({})).toBe('');
});

/** Where `scripts/with-postgres.sh` gives it one, on a PostgreSQL server. */
const ON_A_SERVER = {};

test('with all that can be added it passes its own check', async () => {
  const named = { [LONGEST]: 'standard-webhooks', [SHORTEST]: 'custom' };
  const others = SCHEMES.map(({ value }) => value).filter(
    (scheme) => !Object.values(named).includes(scheme),
  );
  const profile = {
    resources: RESOURCES,
    integrations: [LONGEST, SHORTEST],
    modelClients: [LONGEST, SHORTEST],
    webhooks: { ...named, ...Object.fromEntries(others.map((scheme) => [scheme, scheme])) },
    outboundWebhooks: [LONGEST, SHORTEST],
  };
  expect(await faultsOf(profile, ON_A_SERVER)).toBe('');
});
