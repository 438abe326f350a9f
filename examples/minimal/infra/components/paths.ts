import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** A security group, by the name that its rules begin with. */
export interface Door {
  readonly name: string;
  readonly id: pulumi.Output<string>;
}

type Reached = Pick<aws.vpc.SecurityGroupEgressRuleArgs, 'cidrIpv4' | 'prefixListId'>;

export const ANYWHERE = '0.0.0.0/0';

/** From one group to another, said at both ends: neither end alone lets anybody through. */
export function openPath(
  from: Door,
  to: Door,
  port: number,
  description: string,
  parent: pulumi.Resource,
): void {
  const rule = { ...tcp(port), description };
  const name = `${from.name}-${to.name}`;
  new aws.vpc.SecurityGroupEgressRule(
    name,
    { ...rule, securityGroupId: from.id, referencedSecurityGroupId: to.id },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    name,
    { ...rule, securityGroupId: to.id, referencedSecurityGroupId: from.id },
    { parent },
  );
}

/** To what has no group of ours. */
export function openTo(
  from: Door,
  name: string,
  reached: Reached,
  port: number,
  description: string,
  parent: pulumi.Resource,
): void {
  new aws.vpc.SecurityGroupEgressRule(
    `${from.name}-${name}`,
    { ...reached, ...tcp(port), description, securityGroupId: from.id },
    { parent },
  );
}

export function openFromAnywhere(
  to: Door,
  port: number,
  description: string,
  parent: pulumi.Resource,
): void {
  new aws.vpc.SecurityGroupIngressRule(
    `internet-${to.name}-${port}`,
    { cidrIpv4: ANYWHERE, ...tcp(port), description, securityGroupId: to.id },
    { parent },
  );
}

function tcp(port: number) {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port };
}
