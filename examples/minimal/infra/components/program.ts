import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { Alarms } from './alarms.ts';
import { Archive, PolicyBundles } from './buckets.ts';
import type { RunTaskArguments } from './cluster.ts';
import { createCluster } from './cluster.ts';
import type { Contribution } from './contribution.ts';
import { Database } from './database.ts';
import { Egress } from './egress.ts';
import { Endpoints, internalNames } from './endpoints.ts';
import type { Grant } from './grants.ts';
import type { Hosts } from './hosts.ts';
import { Keys } from './keys.ts';
import { LoadBalancer } from './load-balancer.ts';
import { Logs, TrafficLogs } from './logs.ts';
import { Mail } from './mail.ts';
import { roleArn, roleName } from './names.ts';
import { Network } from './network.ts';
import type { Plan, PlannedProgram } from './plan.ts';
import { planOf } from './plan.ts';
import { Roles, grantsOf, readersOf } from './roles.ts';
import { Secrets } from './secrets.ts';
import { SecurityGroups } from './security-groups.ts';
import { ServiceRegistry } from './service.ts';
import { arnOfTarget } from './targets.ts';
import { Trail } from './trail.ts';

interface Outputs {
  /** The DNS name that the domain has to be an alias of. */
  readonly loadBalancer: pulumi.Output<string>;
  readonly cluster: pulumi.Output<string>;
  /** How to start each task: the migration of a deployment, a command of an operator. */
  readonly tasks: Readonly<Record<string, RunTaskArguments>>;
}

/**
 * Creates every resource of the project. Nothing happens on import, so tests run it in their own process. (SUPPLY-5)
 *
 * The first argument of each component is its logical name: it is part of the deployed state, so it never changes.
 */
export function build(
  settings: Settings,
  contributions: readonly Contribution[],
  hosts: Hosts,
): Outputs {
  const plan = planOf(contributions, withMailHost(settings, contributions, hosts));
  requireImages(settings, plan);
  const publicProgram = publicProgramOf(plan);
  const grants = grantsOf(contributions, settings);
  const identities = contributions.flatMap(({ mail = [] }) => mail);

  const stores = createStores(settings, contributions, grants, plan);
  const { keys, logs, archive, bundles } = stores;
  const key = keys.logs;
  const around = createNetwork(settings, plan, hosts, stores);
  const { network, securityGroups, databases } = around;
  const loadBalancer = new LoadBalancer('edge', {
    settings,
    network,
    securityGroupId: securityGroups.of('edge'),
    port: publicProgram.listens.port,
    provenBodies: contributions.flatMap(({ provenBodies = [] }) => provenBodies),
    trafficLogs: around.trafficLogs,
    logKey: key,
  });
  const { topic } = new Alarms('alarms', {
    settings,
    contributions,
    logs,
    key,
    loadBalancer,
    databases,
    secretReaders: secretReadersOf(settings, plan, grants),
  });
  const mail =
    identities.length > 0 ? new Mail('mail', { settings, identities, key, topic }) : undefined;
  if (settings.detection) {
    const buckets = [archive.bucket, ...(bundles.bucket ? [bundles.bucket] : [])];
    new Trail('trail', { settings, key, topic, buckets });
  }
  const roles = new Roles('roles', {
    settings,
    programs: plan.programs,
    grants,
    addressOf: arnOfTarget({ ...stores, settings, contributions, databases, mail }),
  });
  const started = createCluster({
    ...stores,
    ...around,
    settings,
    contributions,
    plan,
    grants,
    loadBalancer,
    roles,
  });
  return { loadBalancer: loadBalancer.dnsName, ...started };
}

/** Keys, logs, secrets and buckets: what holds data, and the keys that it is encrypted with. */
function createStores(
  settings: Settings,
  contributions: readonly Contribution[],
  grants: readonly Grant[],
  { programs }: Plan,
) {
  const purposes = contributions.flatMap((one) => one.keys ?? []);
  const places = contributions.flatMap((one) => one.secrets ?? []);
  const rolesOf = (ids: readonly string[]) =>
    programs.filter(({ id }) => ids.includes(id)).map((program) => roleName(settings, program));
  const keys = new Keys('keys', { settings, purposes });
  const key = keys.logs;
  return {
    keys,
    logs: new Logs('logs', { settings, programs, key }),
    archive: new Archive('archive', { settings, key }),
    bundles: new PolicyBundles('authorization', { settings, key }),
    secrets: new Secrets('secrets', {
      settings,
      places,
      keys,
      readers: (place) => rolesOf(readersOf(place, grants)),
    }),
  };
}

/** Where programs run, what they reach from there, and the database of each segment. */
function createNetwork(
  settings: Settings,
  plan: Plan,
  hosts: Hosts,
  { keys, archive, bundles }: ReturnType<typeof createStores>,
) {
  const logKey = keys.logs;
  const trafficLogs = new TrafficLogs('traffic', { settings }).bucket;
  const network = new Network('network', { settings, segments: plan.segments, trafficLogs });
  const endpoints = new Endpoints('endpoints', { settings, network, plan });
  const securityGroups = new SecurityGroups('doors', { network, endpoints, plan });
  const registry = new ServiceRegistry('registry', { settings, network, programs: plan.programs });
  const databases = new Map(
    plan.segments
      .filter(({ hasDatabase }) => hasDatabase)
      .map(({ id }) => [
        id,
        new Database(`database-${id}`, {
          settings,
          segment: id,
          network: network.segment(id),
          securityGroupId: securityGroups.of(`database-${id}`),
          key: keys.data(id),
          secretsKey: keys.secrets(id),
          logKey,
        }),
      ]),
  );
  const buckets = [archive.bucket, bundles.bucket];
  const internal = internalNames({ settings, hosts, buckets, databases, registry });
  new Egress('egress', { settings, network, plan, internal, logKey });
  return { trafficLogs, network, securityGroups, registry, databases };
}

// SES has no interface endpoint for its API in the network, so mail leaves through egress.
function withMailHost(
  { region }: Settings,
  contributions: readonly Contribution[],
  hosts: Hosts,
): Hosts {
  const senders = contributions
    .filter(({ mail = [] }) => mail.length > 0)
    .map(({ module }) => ({ module, host: `email.${region}.amazonaws.com`, ports: [443] }));
  return { ...hosts, public: [...hosts.public, ...senders] };
}

function requireImages({ images }: Settings, { programs }: Plan): void {
  const missing = programs.find(({ service }) => images[service] === undefined);
  if (missing)
    throw new Error(
      `infra:images has no image for services/${missing.service}: pulumi config set --path 'infra:images.${missing.service}' ...`,
    );
}

type PublicProgram = PlannedProgram & {
  readonly listens: NonNullable<PlannedProgram['listens']>;
};

function publicProgramOf({ programs }: Plan): PublicProgram {
  const open = programs.filter(
    (program): program is PublicProgram => program.listens?.public === true,
  );
  const [first] = open;
  if (!first || open.length > 1)
    throw new Error('Exactly one program must be public: the load balancer forwards to it.');
  return first;
}

function secretReadersOf(
  settings: Settings,
  { programs }: Plan,
  grants: readonly Grant[],
): string[] {
  return programs
    .filter(({ id }) =>
      grants.some(
        ({ role, actions }) => role === id && actions.includes('secretsmanager:GetSecretValue'),
      ),
    )
    .map((program) => roleArn(settings, roleName(settings, program)));
}
