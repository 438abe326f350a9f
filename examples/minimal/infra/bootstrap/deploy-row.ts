/**
 * How narrow AWS lets an action be. `named`: things whose name begins as ours do; `new`: one that is created carries our
 * tags; `born`: what is tagged while it is created, and not later; `tagged`: one that carries them already; `account`: none
 * of these, so every thing of the type in this account; `none`: AWS takes no thing at all.
 */
export type Scope = 'named' | 'new' | 'born' | 'tagged' | 'account' | 'none';

export interface Row {
  /** The types of resources in the program that are created, read, changed or deleted with these. */
  readonly types: readonly string[];
  readonly scope: Scope;
  /** `service:type/`, or with the rest of the name where it is fixed; absent where AWS takes none. */
  readonly on?: readonly string[];
  readonly actions: readonly string[];
}

/** What is made of the network, which EC2 judges in one go. */
export const network = [
  'aws:ec2/vpc:Vpc',
  'aws:ec2/subnet:Subnet',
  'aws:ec2/routeTable:RouteTable',
  'aws:ec2/defaultRouteTable:DefaultRouteTable',
  'aws:ec2/route:Route',
  'aws:ec2/routeTableAssociation:RouteTableAssociation',
  'aws:ec2/internetGateway:InternetGateway',
  'aws:ec2/natGateway:NatGateway',
  'aws:ec2/eip:Eip',
  'aws:ec2/networkAcl:NetworkAcl',
  'aws:ec2/securityGroup:SecurityGroup',
  'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup',
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
  'aws:ec2/vpcEndpoint:VpcEndpoint',
  'aws:ec2/flowLog:FlowLog',
];
