import type * as pulumi from '@pulumi/pulumi';
import type { Database } from './components/database.ts';
import type { Mail } from './components/mail.ts';
import type { Contribution } from './contribution.ts';
import type { Holdings } from './holdings.ts';
import type { AddressOf, Target } from './iam.ts';
import { repositoryName } from './names.ts';
import type { Settings } from './settings.ts';

export interface Targets {
  readonly settings: Settings;
  readonly contributions: readonly Contribution[];
  readonly holdings: Holdings;
  /** By segment. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly mail: Mail | undefined;
}

/** The address of everything that a grant may be on: what does not exist cannot be granted. */
export function addresses(targets: Targets): AddressOf {
  const { settings, holdings } = targets;
  const { region, accountId, project } = settings;
  return (target) => {
    switch (target.kind) {
      case 'key':
        return holdings.keys.purpose(target.purpose).map(({ arn }) => arn);
      case 'secret':
        return (
          masterOf(target.name, targets)?.masterSecretArn ?? holdings.secrets.place(target.name).arn
        );
      case 'key-of-secret':
        return holdings.keys.secrets(segmentOf(target.name, targets)).arn;
      case 'bucket':
      case 'objects':
        return bucketOf(target.bucket, holdings).arn;
      case 'key-of-bucket':
        bucketOf(target.bucket, holdings);
        return holdings.keys.logs.arn;
      case 'login':
        return loginAddress(target, targets);
      case 'mail':
        if (!targets.mail) throw new Error(`No module sends mail from ${target.from}.`);
        return targets.mail.identity(target.from).arn;
      case 'repository':
        return `arn:aws:ecr:${region}:${accountId}:repository/${repositoryName(project, target.service)}`;
      case 'log':
        return holdings.logs.group(target.program).arn;
      case 'imposed':
        throw new Error('What AWS takes no resource for has no address.');
    }
  };
}

function bucketOf(name: string, { archive, authorization }: Holdings) {
  if (name === 'anchors') return archive.bucket;
  if (name === 'policies' && authorization.bundles) return authorization.bundles;
  throw new Error(`There is no bucket named ${name}.`);
}

// `master/<segment>` is no place of ours: RDS keeps it, and replaces what is in it.
const MASTER = /^master\/(.+)$/;

function masterOf(secret: string, { databases }: Targets): Database | undefined {
  const segment = MASTER.exec(secret)?.[1];
  return segment === undefined ? undefined : databases.get(segment);
}

function segmentOf(secret: string, { contributions }: Targets): string {
  const ofMaster = MASTER.exec(secret)?.[1];
  if (ofMaster !== undefined) return ofMaster;
  const place = contributions
    .flatMap(({ secrets = [] }) => secrets)
    .find(({ name }) => name === secret);
  if (!place) throw new Error(`No module has a place for the secret ${secret}.`);
  return place.segment;
}

// The resource id and not the name: a database that is made anew under the same name lets nobody in.
function loginAddress(
  { segment, login }: Extract<Target, { kind: 'login' }>,
  { settings, databases }: Targets,
): pulumi.Output<string> {
  const database = databases.get(segment);
  if (!database) throw new Error(`The segment ${segment} has no database.`);
  const { region, accountId } = settings;
  return database.resourceId.apply(
    (id) => `arn:aws:rds-db:${region}:${accountId}:dbuser:${id}/${login}`,
  );
}
