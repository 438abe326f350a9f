import { expect, test } from 'vitest';
import { SCHEMES } from '../../generators/webhook/schemes.ts';
import { LONGEST, RESOURCES, SHORTEST, faultsOf } from './support/emitted.ts';

test('the service alone passes its own check', async () => {
  expect(await faultsOf({})).toBe('');
});

// `scripts/with-postgres.sh` gives it a server.
test('with all that can be added it passes its own check on a PostgreSQL server', async () => {
  const named = { [LONGEST]: 'standard-webhooks', [SHORTEST]: 'custom' };
  const others = SCHEMES.map(({ value }) => value).filter(
    (scheme) => !Object.values(named).includes(scheme),
  );
  const profile = {
    resources: RESOURCES,
    integrations: [LONGEST, SHORTEST],
    webhooks: { ...named, ...Object.fromEntries(others.map((scheme) => [scheme, scheme])) },
    outboundWebhooks: [LONGEST, SHORTEST],
  };
  expect(await faultsOf(profile, process.env)).toBe('');
});
