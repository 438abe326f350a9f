import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { Network, SegmentNetwork } from './network.ts';
import type { PlannedProgram } from './plan.ts';

interface ServiceArgs extends ContainerArgs {
  readonly cluster: aws.ecs.Cluster;
  readonly network: SegmentNetwork;
  readonly securityGroupId: pulumi.Input<string>;
  /** The role of the program, and the role of the container agent that starts it. */
  readonly roles: { readonly task: aws.iam.Role; readonly start: aws.iam.Role };
  /** For a public program. */
  readonly behind?: {
    readonly targetGroupArn: pulumi.Input<string>;
    readonly listener: pulumi.Resource;
  };
  /** For a program that other programs call by name. */
  readonly registryArn?: pulumi.Input<string>;
}

const PLATFORM = '1.4.0';

/** A task definition, and for a program of kind `service` the ECS service that keeps it running. */
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
    if (program.kind === 'service') this.#createService(name, definition, args);
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }

  #createService(name: string, definition: aws.ecs.TaskDefinition, args: ServiceArgs): void {
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
        // No shell in a running task: no policy of the project would control it.
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
        // Autoscaling sets the count once the service runs.
        ignoreChanges: ['desiredCount'],
        ...(behind && { dependsOn: [behind.listener] }),
      },
    );
    createAutoscaling(name, { cluster: args.cluster, service, tasks: settings.size.tasks }, this);
  }
}

interface ContainerArgs {
  readonly settings: Settings;
  readonly program: PlannedProgram;
  readonly logName: pulumi.Input<string>;
  readonly image: string;
  /** Names and addresses only, never a secret value. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The user of the images: no user of the host, and owner of no file in the container. */
const USER = '10001:10001';
// At shutdown the service gives requests 10 seconds, and the worker gives its jobs as long.
const STOP_SECONDS = 30;

/** The container definition. The image's entry point is Node with its permission model, and the command is a file. */
function containerOf({ settings, program, image, environment, logName }: ContainerArgs) {
  return {
    name: program.id,
    image,
    essential: true,
    command: [program.entry, ...(program.arguments ?? [])],
    user: USER,
    privileged: false,
    readonlyRootFilesystem: true,
    // An init process handles signals and orphans. Without capabilities, an attacker who becomes root gains nothing.
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
    stopTimeout: STOP_SECONDS,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    ...(program.listens && {
      portMappings: [{ containerPort: program.listens.port, protocol: 'tcp' }],
      healthCheck: healthCheckOf(program.service, program.listens.port),
    }),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logName,
        'awslogs-region': settings.region,
        'awslogs-stream-prefix': program.id,
        // Blocks rather than drops a line: an attacker must not act while the log is unavailable. (OBS-2)
        mode: 'blocking',
      },
    },
  };
}

// ECS ignores the image's HEALTHCHECK, and the image has no shell or curl.
function healthCheckOf(service: string, port: number) {
  return {
    command: ['CMD', '/nodejs/bin/node', `services/${service}/alive.ts`, String(port)],
    interval: 10,
    timeout: 3,
    retries: 3,
    startPeriod: 20,
  };
}

interface AutoscalingArgs {
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
  readonly tasks: { readonly min: number; readonly max: number };
}

// The other half serves requests while a new task starts.
const BUSY_PERCENT = 50;

/** Adds and removes tasks with the CPU load, between the limits of the stack's size. */
function createAutoscaling(
  name: string,
  { cluster, service, tasks }: AutoscalingArgs,
  parent: pulumi.Resource,
): void {
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      minCapacity: tasks.min,
      maxCapacity: tasks.max,
    },
    { parent },
  );
  new aws.appautoscaling.Policy(
    name,
    {
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: {
          predefinedMetricType: 'ECSServiceAverageCPUUtilization',
        },
        targetValue: BUSY_PERCENT,
      },
    },
    { parent },
  );
}

interface ServiceRegistryArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly programs: readonly PlannedProgram[];
}

const TTL_SECONDS = 10;

/** Private DNS names for programs that other programs call. Without such programs it creates nothing. */
export class ServiceRegistry extends pulumi.ComponentResource {
  readonly names: readonly string[];
  readonly #services = new Map<string, aws.servicediscovery.Service>();

  constructor(name: string, { settings, network, programs }: ServiceRegistryArgs) {
    super('app:infra:Registry', name);
    const called = programs.filter(({ listens }) => (listens?.from ?? []).length > 0);
    const domain = `${settings.project}-${settings.environment}.internal`;
    this.names = called.map(({ id }) => `${id}.${domain}`);
    if (called.length > 0) this.#register(name, domain, network, called);
    this.registerOutputs({ names: this.names });
  }

  of(program: string): { readonly registryArn?: pulumi.Output<string> } {
    const service = this.#services.get(program);
    return service ? { registryArn: service.arn } : {};
  }

  #register(
    name: string,
    domain: string,
    network: Network,
    called: readonly PlannedProgram[],
  ): void {
    const namespace = new aws.servicediscovery.PrivateDnsNamespace(
      name,
      { name: domain, vpc: network.vpcId },
      { parent: this },
    );
    for (const { id } of called) {
      const service = new aws.servicediscovery.Service(
        id,
        {
          name: id,
          dnsConfig: {
            namespaceId: namespace.id,
            routingPolicy: 'MULTIVALUE',
            dnsRecords: [{ type: 'A', ttl: TTL_SECONDS }],
          },
        },
        { parent: this },
      );
      this.#services.set(id, service);
    }
  }
}
