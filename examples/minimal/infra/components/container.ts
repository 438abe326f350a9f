import type * as pulumi from '@pulumi/pulumi';
import type { PlannedProgram } from '../plan.ts';
import type { Settings } from '../settings.ts';

export interface ContainerArgs {
  readonly settings: Settings;
  readonly program: PlannedProgram;
  readonly logName: pulumi.Input<string>;
  readonly image: string;
  /** References alone, never a value that is secret. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Of the images: nobody on any host, and owner of nothing within. */
const USER = '10001:10001';
// The service gives requests ten seconds, and the worker its jobs.
const STOP_SECONDS = 30;

/** What ECS is told of a container: the image's entry point is Node with its walls, and the command is a file. */
export function containerOf({ settings, program, image, environment, logName }: ContainerArgs) {
  return {
    name: program.id,
    image,
    essential: true,
    command: [program.entry, ...(program.arguments ?? [])],
    user: USER,
    privileged: false,
    readonlyRootFilesystem: true,
    // An init process takes signals and orphans; nothing of what root could do is left, should anybody become root.
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
        // It waits rather than lose a line: a service whose log is gone must not go on unseen. (OBS-2)
        mode: 'blocking',
      },
    },
  };
}

// ECS does not read what the image says of its health. There is no shell in it, and nothing else that could ask.
function healthCheckOf(service: string, port: number) {
  return {
    command: ['CMD', '/nodejs/bin/node', `services/${service}/alive.ts`, String(port)],
    interval: 10,
    timeout: 3,
    retries: 3,
    startPeriod: 20,
  };
}
