import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Tier } from './tier.ts';

const POSTGRES = 5432;
// What a program may have connected from, for the answers.
const EPHEMERAL = { fromPort: 1_024, toPort: 65_535 };

/** A second wall around the data: one wrong line about a security group opens it to nobody outside the segment. */
export function wallIn(
  segment: string,
  vpcId: pulumi.Input<string>,
  data: Tier,
  from: readonly Tier[],
  parent: pulumi.Resource,
): void {
  const rules = from
    .flatMap(({ ranges }) => ranges)
    .map((cidrBlock, index) => ({
      cidrBlock,
      protocol: 'tcp',
      action: 'allow',
      ruleNo: 100 + index,
    }));
  new aws.ec2.NetworkAcl(
    `${segment}-data`,
    {
      vpcId,
      subnetIds: [...data.subnetIds],
      ingress: rules.map((rule) => ({ ...rule, fromPort: POSTGRES, toPort: POSTGRES })),
      egress: rules.map((rule) => ({ ...rule, ...EPHEMERAL })),
    },
    { parent },
  );
}
