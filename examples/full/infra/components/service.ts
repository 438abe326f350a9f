import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { ContainerArgs } from './container.ts';
import { containerOf } from './container.ts';
import { followLoad } from './follow-load.ts';
import type { SegmentNetwork } from './network.ts';

export interface ServiceArgs extends ContainerArgs {
  readonly cluster: aws.ecs.Cluster;
  readonly network: SegmentNetwork;
  readonly securityGroupId: pulumi.Input<string>;
  /** What the program may do, and what starts it may do. */
  readonly roles: { readonly task: aws.iam.Role; readonly start: aws.iam.Role };
  /** Where it is public. */
  readonly behind?: {
    readonly targetGroupArn: pulumi.Input<string>;
    readonly listener: pulumi.Resource;
  };
  /** Where other programs look for it by its name. */
  readonly registryArn?: pulumi.Input<string>;
}

const PLATFORM = '1.4.0';

/** A process in a container that has no way to become anything else; of a task, only the definition. */
export class Service extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs) {
    super('app:infra:Service', name);
    const { settings, program, roles } = args;
    const definition = new aws.ecs.TaskDefinition(
      name,
      {
        family: `${settings.project}-${settings.environment}-${program.id}`,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
        cpu: String(settings.size.task.cpu),
        memory: String(settings.size.task.memory),
        taskRoleArn: roles.task.arn,
        executionRoleArn: roles.start.arn,
        containerDefinitions: pulumi.jsonStringify([containerOf(args)]),
      },
      { parent: this },
    );
    this.taskDefinitionArn = definition.arn;
    if (program.kind === 'service') this.#runAlways(name, definition, args);
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }

  #runAlways(name: string, definition: aws.ecs.TaskDefinition, args: ServiceArgs): void {
    const { settings, program, network, behind, registryArn } = args;
    const { chosen, app } = network;
    const { min } = settings.size.tasks;
    const subnets = (program.wayOut.isChosen && chosen ? chosen : app).subnetIds;
    const service = new aws.ecs.Service(
      name,
      {
        name: program.id,
        cluster: args.cluster.arn,
        taskDefinition: definition.arn,
        launchType: 'FARGATE',
        platformVersion: PLATFORM,
        desiredCount: min,
        // A shell in a running task would be a way in that no policy of ours knows of.
        enableExecuteCommand: false,
        networkConfiguration: {
          assignPublicIp: false,
          subnets: [...subnets],
          securityGroups: [args.securityGroupId],
        },
        availabilityZoneRebalancing: 'ENABLED',
        deploymentCircuitBreaker: { enable: true, rollback: true },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        propagateTags: 'SERVICE',
        waitForSteadyState: true,
        ...(behind &&
          program.listens && {
            loadBalancers: [
              {
                targetGroupArn: behind.targetGroupArn,
                containerName: program.id,
                containerPort: program.listens.port,
              },
            ],
            healthCheckGracePeriodSeconds: 60,
          }),
        ...(registryArn && { serviceRegistries: { registryArn } }),
      },
      {
        parent: this,
        // How many there are is up to the load, once it runs.
        ignoreChanges: ['desiredCount'],
        ...(behind && { dependsOn: [behind.listener] }),
      },
    );
    followLoad(name, { cluster: args.cluster, service, tasks: settings.size.tasks }, this);
  }
}
