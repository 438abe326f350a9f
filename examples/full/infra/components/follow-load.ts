import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface Load {
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
  readonly tasks: { readonly min: number; readonly max: number };
}

// Half is left for the time that a new task takes to come up.
const BUSY_PERCENT = 50;

/** As many tasks as there is work for, and no more than there is money for. */
export function followLoad(
  name: string,
  { cluster, service, tasks }: Load,
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
