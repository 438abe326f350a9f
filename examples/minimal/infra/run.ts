import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Edge } from './components/edge.ts';
import type { Roles } from './components/roles.ts';
import { Service } from './components/service.ts';
import type { Contribution } from './contribution.ts';
import { environmentOf } from './environment.ts';
import type { Ground } from './ground.ts';
import type { Holdings } from './holdings.ts';
import type { Grant } from './iam.ts';
import type { Plan } from './plan.ts';
import type { Settings } from './settings.ts';

export interface Running {
  readonly settings: Settings;
  readonly contributions: readonly Contribution[];
  readonly plan: Plan;
  readonly grants: readonly Grant[];
  readonly holdings: Holdings;
  readonly ground: Ground;
  readonly edge: Edge;
  readonly roles: Roles;
}

/** What `aws ecs run-task` has to be told. */
export interface Started {
  readonly taskDefinition: pulumi.Output<string>;
  readonly subnets: readonly pulumi.Output<string>[];
  readonly securityGroup: pulumi.Output<string>;
}

/** The programs themselves, each as nothing but itself. */
export function run(running: Running): {
  readonly cluster: pulumi.Output<string>;
  readonly tasks: Readonly<Record<string, Started>>;
} {
  const { settings, contributions, plan, grants, holdings, ground, edge, roles } = running;
  const { network, endpoints, doors, registry, databases } = ground;
  const identities = contributions.flatMap(({ mail = [] }) => mail);
  const purposes = contributions.flatMap(({ keys = [] }) => keys);
  const cluster = new aws.ecs.Cluster('cluster', {
    name: `${settings.project}-${settings.environment}`,
    settings: [{ name: 'containerInsights', value: 'enabled' }],
  });
  const started = plan.programs.map((program) => {
    const { id, segment, listens } = program;
    const securityGroupId = doors.of(id);
    const { taskDefinitionArn } = new Service(`service-${id}`, {
      settings,
      program,
      cluster,
      network: network.segment(segment),
      securityGroupId,
      logName: holdings.logs.group(id).name,
      roles: { task: roles.task(id), start: roles.start(id) },
      image: settings.images[program.service] as string,
      environment: environmentOf(program, {
        settings,
        network,
        keys: holdings.keys,
        purposes,
        grants,
        identities,
        anchors: holdings.archive.bucket.bucket,
        databases,
        ...(endpoints.proxy && { proxyHost: endpoints.proxy.host }),
      }),
      ...(listens?.public && {
        behind: { targetGroupArn: edge.targetGroup.arn, listener: edge.listener },
      }),
      ...registry.of(id),
    });
    return { program, taskDefinition: taskDefinitionArn, securityGroup: securityGroupId };
  });
  const tasks = started
    .filter(({ program }) => program.kind === 'task')
    .map(({ program, taskDefinition, securityGroup }) => {
      const subnets = network.segment(program.segment).app.subnetIds;
      return [program.id, { taskDefinition, subnets, securityGroup }] as const;
    });
  return { cluster: cluster.name, tasks: Object.fromEntries(tasks) };
}
