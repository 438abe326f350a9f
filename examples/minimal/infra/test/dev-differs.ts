import type { Graph, Json, Node } from './graph.ts';
import { leaves } from './graph.ts';

export interface Allowed {
  readonly type: string;
  /** Of the property, without numbers: `containerDefinitions~.environment.value`. Absent: there may be more or fewer of it. */
  readonly path?: string;
  readonly why: string;
}

export interface Difference {
  readonly type: string;
  readonly path?: string;
  readonly name: string;
}

/** What a development stack has other than production has: everything that is not here is the same. */
export const ALLOWED: readonly Allowed[] = [
  {
    type: 'aws:rds/cluster:Cluster',
    path: 'serverlessv2ScalingConfiguration.minCapacity',
    why: 'Few people use it.',
  },
  {
    type: 'aws:rds/cluster:Cluster',
    path: 'serverlessv2ScalingConfiguration.maxCapacity',
    why: 'Few people use it.',
  },
  {
    type: 'aws:rds/cluster:Cluster',
    path: 'backupRetentionPeriod',
    why: 'Nobody misses what is made up.',
  },
  {
    type: 'aws:rds/clusterInstance:ClusterInstance',
    why: 'It may be away for minutes when a machine fails.',
  },
  { type: 'aws:ecs/service:Service', path: 'desiredCount', why: 'Few people use it.' },
  { type: 'aws:ecs/taskDefinition:TaskDefinition', path: 'cpu', why: 'Few people use it.' },
  { type: 'aws:ecs/taskDefinition:TaskDefinition', path: 'memory', why: 'Few people use it.' },
  { type: 'aws:appautoscaling/target:Target', path: 'minCapacity', why: 'Few people use it.' },
  { type: 'aws:appautoscaling/target:Target', path: 'maxCapacity', why: 'Few people use it.' },
  {
    type: 'aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList',
    path: 'domains',
    why: 'A database has a name an instance.',
  },
  { type: 'aws:ec2/natGateway:NatGateway', why: 'It may be cut off when a zone fails.' },
  { type: 'aws:ec2/eip:Eip', why: 'An address for each exit.' },
  { type: 'aws:ec2/subnet:Subnet', why: 'Subnets for each exit.' },
  { type: 'aws:ec2/routeTable:RouteTable', why: 'Routes for each exit.' },
  { type: 'aws:ec2/routeTableAssociation:RouteTableAssociation', why: 'Routes for each exit.' },
  { type: 'aws:ec2/route:Route', why: 'Routes for each exit.' },
  { type: 'aws:ec2/route:Route', path: 'natGatewayId', why: 'All zones share the one exit.' },
  { type: 'aws:ec2/route:Route', path: 'routeTableId', why: 'All zones share the one exit.' },
  {
    type: 'aws:networkfirewall/firewall:Firewall',
    path: 'subnetMappings.subnetId',
    why: 'It stands where the exits are.',
  },
  { type: 'aws:ec2/route:Route', path: 'vpcEndpointId', why: 'All zones share the one exit.' },
];

export function differences(production: Graph, development: Graph): readonly Difference[] {
  const [here, there] = [byUrn(production), byUrn(development)];
  const urns = [...new Set([...here.keys(), ...there.keys()])];
  return urns.flatMap((urn) => differencesOf(here.get(urn), there.get(urn)));
}

function byUrn(graph: Graph): ReadonlyMap<string, Node> {
  return new Map(graph.map((node) => [node.urn, node]));
}

function differencesOf(here: Node | undefined, there: Node | undefined): readonly Difference[] {
  const { type = '', name = '' } = here ?? there ?? {};
  if (here === undefined || there === undefined) return [{ type, name }];
  const [first, second] = [valuesOf(here), valuesOf(there)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .filter((path) => first.get(path) !== second.get(path))
    .map((path) => ({ type, name, path: path.replaceAll(/\.\d+(?=\.|$)|(?<=~)\.\d+/g, '') }));
}

function valuesOf({ inputs, options }: Node): ReadonlyMap<string, Json> {
  const { protect, retainOnDelete, ignoreChanges } = options;
  const all: Json = { ...inputs, options: { protect, retainOnDelete, ignoreChanges } };
  return new Map(leaves(all));
}

export function isAllowed({ type, path }: Difference): boolean {
  return ALLOWED.some((allowed) => allowed.type === type && allowed.path === path);
}

/** The same graph without what names are made into: digits stand for ids here, and the environment for itself. */
export function nameless(graph: Graph): Graph {
  const text = JSON.stringify(graph)
    .replaceAll(/(?<=shop[-/])(dev|prod)(?=[-./:"\\])/g, '<environment>')
    .replaceAll(/(?<=")(dev|prod)(?=[,"])/g, '<environment>')
    .replaceAll(
      /\b(?:cluster-)?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){2,6}(?:-?[0-9a-f]{6})?\b/g,
      '<id>',
    )
    .replaceAll(/-[0-9a-f]{6}(?=["\\:])/g, '<suffix>');
  return JSON.parse(text) as Graph;
}
