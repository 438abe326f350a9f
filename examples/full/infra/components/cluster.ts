import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { Archive } from './buckets.ts';
import type { Contribution, KeyPurpose, MailIdentity } from './contribution.ts';
import type { Database } from './database.ts';
import { MASTER } from './database.ts';
import type { Grant } from './grants.ts';
import type { Keys } from './keys.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Logs } from './logs.ts';
import { secretName } from './names.ts';
import type { Network } from './network.ts';
import type { Plan, PlannedProgram } from './plan.ts';
import type { Roles } from './roles.ts';
import type { SecurityGroups } from './security-groups.ts';
import type { ServiceRegistry } from './service.ts';
import { Service } from './service.ts';

interface ClusterArgs {
  readonly settings: Settings;
  readonly contributions: readonly Contribution[];
  readonly plan: Plan;
  readonly grants: readonly Grant[];
  readonly keys: Keys;
  readonly logs: Logs;
  readonly archive: Archive;
  readonly network: Network;
  readonly securityGroups: SecurityGroups;
  readonly registry: ServiceRegistry;
  /** By segment. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly loadBalancer: LoadBalancer;
  readonly roles: Roles;
}

/** The arguments of `aws ecs run-task`. */
export interface RunTaskArguments {
  readonly taskDefinition: pulumi.Output<string>;
  readonly subnets: readonly pulumi.Output<string>[];
  readonly securityGroup: pulumi.Output<string>;
}

/** The ECS cluster and every program in it, each with its own role, log and security group. */
export function createCluster(args: ClusterArgs): {
  readonly cluster: pulumi.Output<string>;
  readonly tasks: Readonly<Record<string, RunTaskArguments>>;
} {
  const { settings, plan, network, securityGroups, logs, loadBalancer, roles, registry } = args;
  const environmentOf = environments(args);
  const cluster = new aws.ecs.Cluster('cluster', {
    name: `${settings.project}-${settings.environment}`,
    settings: [{ name: 'containerInsights', value: 'enabled' }],
  });
  const created = plan.programs.map((program) => {
    const { id, segment, listens } = program;
    const securityGroupId = securityGroups.of(id);
    const { taskDefinitionArn } = new Service(`service-${id}`, {
      settings,
      program,
      cluster,
      network: network.segment(segment),
      securityGroupId,
      logName: logs.group(id).name,
      roles: { task: roles.task(id), start: roles.start(id) },
      image: settings.images[program.service] as string,
      environment: environmentOf(program),
      ...(listens?.public && {
        behind: { targetGroupArn: loadBalancer.targetGroup.arn, listener: loadBalancer.listener },
      }),
      ...registry.of(id),
    });
    return { program, taskDefinition: taskDefinitionArn, securityGroup: securityGroupId };
  });
  const tasks = created
    .filter(({ program }) => program.kind === 'task')
    .map(({ program, taskDefinition, securityGroup }) => {
      const subnets = network.segment(program.segment).app.subnetIds;
      return [program.id, { taskDefinition, subnets, securityGroup }] as const;
    });
  return { cluster: cluster.name, tasks: Object.fromEntries(tasks) };
}

type Environment = Readonly<Record<string, pulumi.Input<string>>>;

/** A program's variables: names and addresses, and no secret value. (SUPPLY-5) */
function environments(args: ClusterArgs): (program: PlannedProgram) => Environment {
  const { settings, contributions, network, archive, grants, keys, databases } = args;
  const { region, domain } = settings;
  const identities = contributions.flatMap(({ mail = [] }) => mail);
  const purposes = contributions.flatMap((one) => one.keys ?? []);
  return (program) => {
    const own = grants.filter(({ role }) => role === program.id);
    return {
      AWS_REGION: region,
      KMS_ENDPOINT: `https://kms.${region}.amazonaws.com`,
      SECRETS_ENDPOINT: `https://secretsmanager.${region}.amazonaws.com`,
      S3_ENDPOINT: `https://s3.${region}.amazonaws.com`,
      KMS_KEYS: keyArns(own, purposes, keys),
      SECRETS_PREFIX: secretName(settings, ''),
      ANCHORS_BUCKET: archive.bucket.bucket,
      ...databaseVariables(program, databases.get(program.segment)),
      ...mailVariables(program, own, identities, region),
      PUBLIC_ORIGIN: `https://${domain}`,
      TRUSTED_PROXIES: network.edge.ranges.join(','),
      ...(program.listens && { HOST: '0.0.0.0', PORT: String(program.listens.port) }),
      ...program.environment,
    };
  };
}

// No password: the program signs in with a token of its role, which is valid for 15 minutes.
function databaseVariables(
  { login, asMaster }: PlannedProgram,
  database: Database | undefined,
): Environment {
  if (!database) return {};
  const { endpoint, port, masterSecretArn } = database;
  const urlFor = (user: string) => pulumi.interpolate`postgres://${user}@${endpoint}:${port}/app`;
  if (asMaster) return { DATABASE_URL: urlFor(MASTER), DATABASE_MASTER_SECRET: masterSecretArn };
  return login === undefined ? {} : { DATABASE_URL: urlFor(login), DATABASE_SIGN_IN: 'iam' };
}

/** The one address that the program's role may send from. */
function mailVariables(
  { id }: PlannedProgram,
  own: readonly Grant[],
  identities: readonly MailIdentity[],
  region: string,
): Environment {
  const granted = identities.filter(({ from }) =>
    own.some(({ target }) => target.kind === 'mail' && target.from === from),
  );
  const [identity, second] = granted;
  if (identity === undefined) return {};
  if (second !== undefined)
    throw new Error(
      `${id} sends mail from ${identity.from} and from ${second.from}: MAIL_FROM holds one address.`,
    );
  return {
    MAIL_FROM: `${identity.sender}@${identity.from}`,
    SES_ENDPOINT: `https://email.${region}.amazonaws.com`,
  };
}

/** The ARNs of the keys that the program was granted, and of no other key. */
function keyArns(
  own: readonly Grant[],
  purposes: readonly KeyPurpose[],
  keys: Keys,
): pulumi.Output<string> {
  const granted = purposes.filter(({ purpose }) =>
    own.some(({ target }) => target.kind === 'key' && target.purpose === purpose),
  );
  const withUse = (wanted: KeyPurpose['use']) =>
    Object.fromEntries(
      granted
        .filter(({ use }) => use === wanted)
        .map(({ purpose }) => [
          purpose,
          keys.purpose(purpose).map(({ arn, notBefore, notAfter }) => ({
            arn,
            // A ciphertext names its key. A signature does not, so only signing keys have a period of validity.
            ...(wanted === 'sign' && { notBefore, ...(notAfter !== undefined && { notAfter }) }),
          })),
        ]),
    );
  return pulumi.jsonStringify({ sign: withUse('sign'), encrypt: withUse('encrypt') });
}
