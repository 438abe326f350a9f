import type * as pulumi from '@pulumi/pulumi';
import { Alarms } from './components/alarms.ts';
import { Edge } from './components/edge.ts';
import { Mail } from './components/mail.ts';
import { Roles } from './components/roles.ts';
import { Trail } from './components/trail.ts';
import type { Contribution } from './contribution.ts';
import { grantsOf } from './grants.ts';
import { lay } from './ground.ts';
import { keep } from './holdings.ts';
import type { Hosts } from './hosts.ts';
import type { Grant } from './iam.ts';
import { roleArn, roleName } from './names.ts';
import type { Plan, PlannedProgram } from './plan.ts';
import { planOf } from './plan.ts';
import type { CedarSource } from './policies.ts';
import { readPolicies } from './policies.ts';
import type { Started } from './run.ts';
import { run } from './run.ts';
import type { Settings } from './settings.ts';
import { addresses } from './targets.ts';

export interface Outputs {
  /** What the domain has to be an alias of. */
  readonly loadBalancer: pulumi.Output<string>;
  readonly cluster: pulumi.Output<string>;
  /** How to start what somebody starts: the migration of a deployment, a command of an operator. */
  readonly tasks: Readonly<Record<string, Started>>;
}

/** Everything there is in the cloud, in the order in which one thing needs another. Nothing happens on import. (SUPPLY-5) */
export function build(
  settings: Settings,
  contributions: readonly Contribution[],
  hosts: Hosts,
  policies: () => CedarSource = readPolicies,
): Outputs {
  const plan = planOf(contributions, withMail(settings, contributions, hosts));
  requireImages(settings, plan);
  const front = frontOf(plan);
  const grants = grantsOf(contributions, settings);
  const identities = contributions.flatMap(({ mail = [] }) => mail);

  const holdings = keep({ settings, contributions, grants, plan, policies });
  const { keys, logs, archive, authorization } = holdings;
  const key = keys.logs;
  const ground = lay(settings, plan, hosts, holdings);
  const { network, doors, databases, trafficLogs } = ground;
  const edge = new Edge('edge', {
    settings,
    network,
    securityGroupId: doors.of('edge'),
    port: front.listens.port,
    provenBodies: contributions.flatMap(({ provenBodies = [] }) => provenBodies),
    trafficLogs,
    logKey: key,
  });
  const { loadBalancer } = edge;
  const { topic } = new Alarms('alarms', {
    settings,
    contributions,
    logs,
    key,
    loadBalancer,
    targetGroup: edge.targetGroup,
    webAcl: edge.webAcl,
    databases,
    readers: readersOf(settings, plan, grants),
  });
  const mail =
    identities.length > 0 ? new Mail('mail', { settings, identities, key, topic }) : undefined;
  if (settings.detection) {
    const buckets = [archive.bucket, ...(authorization.bundles ? [authorization.bundles] : [])];
    new Trail('trail', { settings, key, topic, buckets });
  }
  const roles = new Roles('roles', {
    settings,
    programs: plan.programs,
    grants,
    addressOf: addresses({ settings, contributions, holdings, databases, mail }),
  });
  const running = run({ settings, contributions, plan, grants, holdings, ground, edge, roles });
  return { loadBalancer: loadBalancer.dnsName, ...running };
}

// Mail goes out through AWS's own interface, which has no endpoint within the network.
function withMail(
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
      `infra:images has none for services/${missing.service}: pulumi config set --path 'infra:images.${missing.service}' ...`,
    );
}

type Front = PlannedProgram & { readonly listens: NonNullable<PlannedProgram['listens']> };

function frontOf({ programs }: Plan): Front {
  const open = programs.filter((program): program is Front => program.listens?.public === true);
  const [front] = open;
  if (!front || open.length > 1)
    throw new Error('One program is public: the load balancer is for that one.');
  return front;
}

function readersOf(settings: Settings, { programs }: Plan, grants: readonly Grant[]): string[] {
  return programs
    .filter(({ id }) =>
      grants.some(
        ({ role, actions }) => role === id && actions.includes('secretsmanager:GetSecretValue'),
      ),
    )
    .map((program) => roleArn(settings, roleName(settings, program)));
}
