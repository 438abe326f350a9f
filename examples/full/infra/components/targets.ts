import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { Archive, PolicyBundles } from './buckets.ts';
import type { Contribution } from './contribution.ts';
import type { Database } from './database.ts';
import type { AddressOf, Target } from './grants.ts';
import type { Keys } from './keys.ts';
import type { Logs } from './logs.ts';
import type { Mail } from './mail.ts';
import { repositoryName } from './names.ts';
import type { Secrets } from './secrets.ts';

interface GrantableResources {
  readonly settings: Settings;
  readonly contributions: readonly Contribution[];
  readonly keys: Keys;
  readonly logs: Logs;
  readonly archive: Archive;
  readonly bundles: PolicyBundles;
  readonly secrets: Secrets;
  /** By segment. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly mail: Mail | undefined;
}

/** The ARN of everything that a grant can be on. A grant on a resource that does not exist stops the program. */
export function arnOfTarget(resources: GrantableResources): AddressOf {
  const { settings, keys, secrets, logs, mail } = resources;
  const { region, accountId, project } = settings;
  return (target) => {
    switch (target.kind) {
      case 'key':
        return keys.purpose(target.purpose).map(({ arn }) => arn);
      case 'secret':
        return masterOf(target.name, resources)?.masterSecretArn ?? secrets.place(target.name).arn;
      case 'key-of-secret':
        return keys.secrets(segmentOf(target.name, resources)).arn;
      case 'bucket':
      case 'objects':
        return bucketOf(target.bucket, resources).arn;
      case 'key-of-bucket':
        bucketOf(target.bucket, resources);
        return keys.logs.arn;
      case 'login':
        return loginArn(target, resources);
      case 'mail':
        if (!mail) throw new Error(`No module sends mail from ${target.from}.`);
        return mail.identity(target.from).arn;
      case 'repository':
        return `arn:aws:ecr:${region}:${accountId}:repository/${repositoryName(project, target.service)}`;
      case 'log':
        return logs.group(target.program).arn;
      case 'imposed':
        throw new Error('An action that AWS takes no resource for has no ARN.');
    }
  };
}

function bucketOf(name: string, { archive, bundles }: GrantableResources) {
  if (name === 'anchors') return archive.bucket;
  if (name === 'policies' && bundles.bucket) return bundles.bucket;
  throw new Error(`There is no bucket named ${name}.`);
}

// RDS creates the secret `master/<segment>` and replaces its value.
const MASTER_SECRET = /^master\/(.+)$/;

function masterOf(secret: string, { databases }: GrantableResources): Database | undefined {
  const segment = MASTER_SECRET.exec(secret)?.[1];
  return segment === undefined ? undefined : databases.get(segment);
}

function segmentOf(secret: string, { contributions }: GrantableResources): string {
  const segment = MASTER_SECRET.exec(secret)?.[1];
  if (segment !== undefined) return segment;
  const place = contributions
    .flatMap(({ secrets = [] }) => secrets)
    .find(({ name }) => name === secret);
  if (!place) throw new Error(`No module has a place for the secret ${secret}.`);
  return place.segment;
}

// The resource id, not the name: a new database under an old name does not inherit the old logins.
function loginArn(
  { segment, login }: Extract<Target, { kind: 'login' }>,
  { settings, databases }: GrantableResources,
): pulumi.Output<string> {
  const database = databases.get(segment);
  if (!database) throw new Error(`The segment ${segment} has no database.`);
  const { region, accountId } = settings;
  return database.resourceId.apply(
    (id) => `arn:aws:rds-db:${region}:${accountId}:dbuser:${id}/${login}`,
  );
}
