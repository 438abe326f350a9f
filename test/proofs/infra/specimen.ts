import type * as pulumi from '@pulumi/pulumi';
import { Archive } from '../../infra/components/buckets.ts';
import { Keys } from '../../infra/components/keys.ts';
import { Roles } from '../../infra/components/roles.ts';
import { Secrets } from '../../infra/components/secrets.ts';
import type { Contribution, Program } from '../../infra/components/contribution.ts';
import { encrypting, readingSecret, signing } from '../../infra/components/grants.ts';
import { grantsOf, readersOf } from '../../infra/components/roles.ts';
import type { AddressOf, Grant, Target } from '../../infra/components/grants.ts';
import type { Place } from '../../infra/components/names.ts';
import { repositoryName, roleName } from '../../infra/components/names.ts';
import { ACCOUNT, REGION } from '../../infra/test/cloud.ts';

export const place: Place = {
  project: 'acme',
  environment: 'prod',
  region: REGION,
  accountId: ACCOUNT,
};

const program = (id: string, entry: string, login: string, segment = 'app'): Program => ({
  id,
  service: segment === 'app' ? 'api' : segment,
  entry,
  kind: 'task',
  segment,
  login,
});

/** A service with webhooks, and payments in another segment: two of everything that must stay apart. */
export const contributions: readonly Contribution[] = [
  {
    module: 'app',
    segments: [{ id: 'app', why: 'The service.' }],
    programs: [
      program('api', 'services/api/server.ts', 'api'),
      program('worker', 'services/api/worker.ts', 'api'),
      program('migrate', 'services/api/commands/migrate.ts', 'migrator'),
      program('operator', 'services/api/commands/operator.ts', 'operator'),
    ],
    keys: [{ purpose: 'audit', segment: 'app', use: 'sign', why: 'Seals the trail.' }],
  },
  {
    module: 'webhooks',
    keys: [{ purpose: 'webhooks', segment: 'app', use: 'encrypt', why: 'Deliveries at rest.' }],
    secrets: [
      { name: 'webhooks/acme', segment: 'app', why: 'Verifies deliveries.', rotateEveryDays: 90 },
    ],
    grants: [
      readingSecret('api', 'webhooks/acme', 'Verifies deliveries.'),
      encrypting('api', 'webhooks', 'Seals deliveries.'),
      encrypting('worker', 'webhooks', 'Opens deliveries.'),
    ],
  },
  {
    module: 'payments',
    segments: [{ id: 'payments', why: 'Card data.' }],
    programs: [program('payments', 'services/payments/server.ts', 'payments', 'payments')],
    keys: [{ purpose: 'payments', segment: 'payments', use: 'sign', why: 'Signs payments.' }],
    secrets: [
      {
        name: 'payments/key',
        segment: 'payments',
        why: 'Calls the provider.',
        rotateEveryDays: 90,
      },
    ],
    grants: [
      readingSecret('payments', 'payments/key', 'Calls the provider.'),
      ...signing('payments', 'payments', 'Signs payments.'),
    ],
  },
];

/** Keys, secrets, the archive and roles: the components that decide access. */
export function specimen(given = contributions, more: readonly Grant[] = []): pulumi.Inputs {
  const programs = given.flatMap(({ programs: own = [] }) => own);
  const places = given.flatMap(({ secrets: own = [] }) => own);
  const grants = [...grantsOf(given, place), ...more];
  const keys = new Keys('keys', {
    settings: place,
    purposes: given.flatMap(({ keys: own = [] }) => own),
  });
  const named = (roles: readonly string[]) =>
    programs.filter(({ id }) => roles.includes(id)).map((one) => roleName(place, one));
  const secrets = new Secrets('secrets', {
    settings: place,
    places,
    keys,
    readers: (name) => named(readersOf(name, grants)),
  });
  const archive = new Archive('archive', { settings: place, key: keys.logs });
  new Roles('roles', {
    settings: place,
    programs,
    grants,
    addressOf: addresses(keys, secrets, archive, places),
  });
  return {};
}

function addresses(
  keys: Keys,
  secrets: Secrets,
  archive: Archive,
  places: readonly { readonly name: string; readonly segment: string }[],
): AddressOf {
  const segmentOf = (name: string) => places.find((one) => one.name === name)?.segment ?? 'app';
  return (target: Target) => {
    switch (target.kind) {
      case 'key':
        return keys.purpose(target.purpose).map(({ arn }) => arn);
      case 'secret':
        return secrets.place(target.name).arn;
      case 'bucket':
      case 'objects':
        return archive.bucket.arn;
      case 'key-of-bucket':
        return keys.logs.arn;
      case 'key-of-secret':
        return keys.secrets(segmentOf(target.name)).arn;
      case 'login':
        return `arn:aws:rds-db:${REGION}:${ACCOUNT}:dbuser:cluster-${target.segment}/${target.login}`;
      case 'repository':
        return `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repositoryName('acme', target.service)}`;
      case 'log':
        return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/acme/prod/${target.program}`;
      case 'mail':
        return `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${target.from}`;
      case 'imposed':
        throw new Error('It has no address.');
    }
  };
}
