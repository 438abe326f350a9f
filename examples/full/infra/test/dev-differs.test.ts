import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHosts } from '../components/hosts.ts';
import { contributions } from '../modules.ts';
import { build } from '../components/program.ts';
import type { Settings } from '../settings.ts';
import { sizes } from '../settings.ts';
import { capture } from './capture.ts';
import { settingsOf } from './example.ts';
import type { Graph, Json, Node } from './graph.ts';
import { leaves } from './graph.ts';

interface Difference {
  readonly type: string;
  readonly path?: string;
}

interface Allowed extends Difference {
  readonly why: string;
}

/** Everything else is the same in development. `path` leaves out list indexes; without a path, the count may differ. */
const ALLOWED: readonly Allowed[] = [
  ...each('Few people use it.', [
    'rds/cluster:Cluster serverlessv2ScalingConfiguration.minCapacity',
    'rds/cluster:Cluster serverlessv2ScalingConfiguration.maxCapacity',
    'ecs/service:Service desiredCount',
    'ecs/taskDefinition:TaskDefinition cpu',
    'ecs/taskDefinition:TaskDefinition memory',
    'appautoscaling/target:Target minCapacity',
    'appautoscaling/target:Target maxCapacity',
  ]),
  ...each('Its data is made up.', ['rds/cluster:Cluster backupRetentionPeriod']),
  ...each('It may be down for minutes when a machine fails.', [
    'rds/clusterInstance:ClusterInstance',
  ]),
  ...each('Each database instance has a name.', [
    'route53/resolverFirewallDomainList:ResolverFirewallDomainList domains',
  ]),
  ...each('One NAT gateway serves all zones: development may be cut off when a zone fails.', [
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
  ]),
];

function each(why: string, properties: readonly string[]): readonly Allowed[] {
  return properties.map((property) => {
    const [type, path] = property.split(' ');
    return { type: `aws:${type}`, why, ...(path !== undefined && { path }) };
  });
}

function differences(production: Graph, development: Graph): readonly Difference[] {
  const [here, there] = [byUrn(production), byUrn(development)];
  const urns = [...new Set([...here.keys(), ...there.keys()])];
  return urns.flatMap((urn) => differencesOf(here.get(urn), there.get(urn)));
}

function byUrn(graph: Graph): ReadonlyMap<string, Node> {
  return new Map(graph.map((node) => [node.urn, node]));
}

function differencesOf(here: Node | undefined, there: Node | undefined): readonly Difference[] {
  const { type = '' } = here ?? there ?? {};
  if (here === undefined || there === undefined) return [{ type }];
  const [first, second] = [valuesOf(here), valuesOf(there)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .filter((path) => first.get(path) !== second.get(path))
    .map((path) => ({ type, path: path.replaceAll(/\.\d+(?=\.|$)|(?<=~)\.\d+/g, '') }));
}

function valuesOf({ inputs, options }: Node): ReadonlyMap<string, Json> {
  const { protect, retainOnDelete, ignoreChanges } = options;
  const all: Json = { ...inputs, options: { protect, retainOnDelete, ignoreChanges } };
  return new Map(leaves(all));
}

function isAllowed({ type, path }: Difference): boolean {
  return ALLOWED.some((allowed) => allowed.type === type && allowed.path === path);
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

test('development differs from production in what is listed, and in nothing that protects (SUPPLY-5)', () => {
  const found = pairs.flatMap(([production, development]) => differences(production, development));
  assert.deepEqual(
    found.filter((difference) => !isAllowed(difference)),
    [],
  );
});

test('everything that is listed does differ', () => {
  const found = pairs.flatMap(([production, development]) => differences(production, development));
  const stale = ALLOWED.filter(
    ({ type, path }) => !found.some((one) => one.type === type && one.path === path),
  );
  assert.deepEqual(stale, []);
});

test('of the environment itself nothing is made but names', () => {
  const [[production] = assert.fail()] = pairs;
  assert.deepEqual(differences(nameless(production), nameless(renamed)), []);
});
