import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHosts } from '../components/hosts.ts';
import { build } from '../components/program.ts';
import { contributions } from '../modules.ts';
import type { Settings } from '../settings.ts';
import { sizes } from '../settings.ts';
import { capture } from './capture.ts';
import { settingsOf } from './example.ts';
import type { Graph, Json, Node } from './graph.ts';
import { leaves } from './graph.ts';

/** Everything else is the same in development. A row is a type and a path without list indexes, or a type whose count differs. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'Few people use it.': [
    'rds/cluster:Cluster serverlessv2ScalingConfiguration.minCapacity',
    'rds/cluster:Cluster serverlessv2ScalingConfiguration.maxCapacity',
    'ecs/service:Service desiredCount',
    'ecs/taskDefinition:TaskDefinition cpu',
    'ecs/taskDefinition:TaskDefinition memory',
    'appautoscaling/target:Target minCapacity',
    'appautoscaling/target:Target maxCapacity',
  ],
  'Its data is made up.': ['rds/cluster:Cluster backupRetentionPeriod'],
  'It may be down for minutes when a machine fails.': ['rds/clusterInstance:ClusterInstance'],
  'Each database instance has a name.': [
    'route53/resolverFirewallDomainList:ResolverFirewallDomainList domains',
  ],
  'One NAT gateway serves all zones: development may be cut off when a zone fails.': [
    'ec2/natGateway:NatGateway',
    'ec2/eip:Eip',
    'ec2/subnet:Subnet',
    'ec2/routeTable:RouteTable',
    'ec2/routeTableAssociation:RouteTableAssociation',
    'ec2/route:Route',
    'ec2/route:Route natGatewayId',
    'ec2/route:Route routeTableId',
    'ec2/route:Route vpcEndpointId',
    'networkfirewall/firewall:Firewall subnetMappings.subnetId',
  ],
};
const allowed = Object.values(ALLOWED).flatMap((rows) => rows.map((row) => `aws:${row}`));

/** What differs, as a type, or as a type and a path. */
function differences(production: Graph, development: Graph): readonly string[] {
  const [here, there] = [byUrn(production), byUrn(development)];
  return [...new Set([...here.keys(), ...there.keys()])].flatMap((urn) => {
    const [first, second] = [here.get(urn), there.get(urn)];
    if (first === undefined || second === undefined) return [first?.type ?? second?.type ?? ''];
    const [before, after] = [valuesOf(first), valuesOf(second)];
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((path) => before.get(path) !== after.get(path))
      .map((path) => `${first.type} ${path.replaceAll(/\.\d+(?=\.|$)|(?<=~)\.\d+/g, '')}`);
  });
}

function byUrn(graph: Graph): ReadonlyMap<string, Node> {
  return new Map(graph.map((node) => [node.urn, node]));
}

function valuesOf({ inputs, options }: Node): ReadonlyMap<string, Json> {
  return new Map(leaves({ ...inputs, options }));
}

/** The graph without the name of the environment, and without the ids that are derived from it. */
function nameless(graph: Graph): Graph {
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

/** With a host that the project calls: without one, no NAT gateway could differ. */
async function graphOf(given: Partial<Settings>): Promise<Graph> {
  const hosts = readHosts();
  const called = { module: 'app', host: 'api.example.org', ports: [443] };
  const { graph } = await capture(() => ({
    ...build(settingsOf(given), contributions, { ...hosts, public: [...hosts.public, called] }),
  }));
  return graph;
}

/** Both under the name of production, so that only the size differs. */
async function sized(egress: Settings['egress']) {
  return [
    await graphOf({ egress, size: sizes.prod }),
    await graphOf({ egress, size: sizes.dev }),
  ] as const;
}

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const pairs = [await sized('dns-firewall'), await sized('network-firewall')];
const renamed = await graphOf({ environment: 'dev', size: sizes.prod });

const found = pairs.flatMap(([production, development]) => differences(production, development));

test('development differs from production in what is listed, and in nothing that protects (SUPPLY-5)', () => {
  assert.deepEqual(
    found.filter((difference) => !allowed.includes(difference)),
    [],
  );
});

test('everything that is listed does differ', () => {
  assert.deepEqual(
    allowed.filter((one) => !found.includes(one)),
    [],
  );
});

test('of the environment itself nothing is made but names', () => {
  const [[production] = assert.fail()] = pairs;
  assert.deepEqual(differences(nameless(production), nameless(renamed)), []);
});
