import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contribution } from '../../infra/components/contribution.ts';
import type { Hosts } from '../../infra/components/hosts.ts';
import { app } from '../../infra/modules/app.ts';
import { build } from '../../infra/components/program.ts';
import type { Settings } from '../../infra/settings.ts';
import { capture } from '../../infra/test/capture.ts';
import { settingsOf } from './example.ts';
import type { Graph, Json } from '../../infra/test/graph.ts';
import { listAt, named, ofType, textAt } from '../../infra/test/graph.ts';

const worker: Contribution = {
  module: 'telling',
  callsChosen: ['teller'],
  programs: [
    {
      id: 'teller',
      service: 'api',
      entry: 'services/api/teller.ts',
      kind: 'service',
      segment: 'app',
      login: 'api',
    },
  ],
};
const none: Hosts = { public: [], vpc: [], chosen: [] };
const listed: Hosts = {
  ...none,
  public: [{ module: 'mail', host: 'mail.example.com', ports: [443] }],
};
const chosen: Hosts = { ...none, chosen: [{ module: 'telling', ports: [443] }] };

async function graphOf(
  egress: Settings['egress'],
  hosts: Hosts,
  environment: 'dev' | 'prod' = 'prod',
): Promise<Graph> {
  const settings = settingsOf({ egress, environment });
  const modules = hosts.chosen.length > 0 ? [app, worker] : [app];
  const { graph } = await capture(() => ({ ...build(settings, modules, hosts) }));
  return graph;
}

/** The tiers whose subnets have a default route, and the target of each. */
function waysOut(graph: Graph): readonly string[] {
  const ways = ofType(graph, 'aws:ec2/route:Route')
    .filter(({ inputs }) => inputs['destinationCidrBlock'] === '0.0.0.0/0')
    .map(({ inputs }) => {
      const table = named(graph, inputs['routeTableId'])?.name.replace(/-[a-c]$/, '');
      const [through] = ['gatewayId', 'natGatewayId', 'vpcEndpointId'].filter((to) => to in inputs);
      return `${table} > ${through}`;
    });
  return [...new Set(ways)].toSorted();
}

function dnsRules(graph: Graph): readonly (readonly [Json | undefined, readonly Json[]])[] {
  return ofType(graph, 'aws:route53/resolverFirewallRule:ResolverFirewallRule')
    .toSorted((a, b) => Number(a.inputs['priority']) - Number(b.inputs['priority']))
    .map(({ inputs }) => [
      inputs['action'],
      listAt(named(graph, inputs['firewallDomainListId'])?.inputs, 'domains'),
    ]);
}

const EDGE = 'edge > gatewayId';

test('a project that calls nobody has no way out in any mode (HOOK-4)', async () => {
  for (const mode of ['dns-firewall', 'network-firewall'] as const) {
    const graph = await graphOf(mode, none);
    assert.deepEqual(waysOut(graph), [EDGE]);
    assert.deepEqual(ofType(graph, 'aws:ec2/natGateway:NatGateway'), []);
    const [first, last] = dnsRules(graph);
    assert.equal(first?.[0], 'ALLOW');
    assert.ok(
      first[1].every((host) => String(host ?? 'x.amazonaws.com').endsWith('.amazonaws.com')),
    );
    assert.deepEqual(last, ['BLOCK', ['*']]);
  }
});

test('a listed host opens the way of its segment, and its name alone is resolved (HOOK-4)', async () => {
  const graph = await graphOf('dns-firewall', listed);
  assert.deepEqual(waysOut(graph), ['app-app > natGatewayId', EDGE, 'exit > gatewayId']);
  const [allowed, last] = dnsRules(graph);
  assert.ok(allowed?.[1].includes('mail.example.com'));
  assert.deepEqual(last, ['BLOCK', ['*']]);
  const [config] = ofType(graph, 'aws:route53/resolverFirewallConfig:ResolverFirewallConfig');
  assert.equal(config?.inputs['firewallFailOpen'], 'DISABLED');
});

test('what users choose is called from subnets of its own, and nobody else gets out for it (HOOK-4)', async () => {
  const graph = await graphOf('dns-firewall', chosen);
  assert.deepEqual(waysOut(graph), ['app-chosen > natGatewayId', EDGE, 'exit > gatewayId']);
  assert.deepEqual(
    dnsRules(graph).map(([action]) => action),
    ['ALLOW', 'BLOCK', 'BLOCK', 'ALERT'],
  );
  const open = ofType(graph, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule')
    .filter(({ inputs }) => inputs['cidrIpv4'] !== undefined)
    .map(({ name }) => name);
  assert.deepEqual(open, ['teller-out-443']);
});

test('the firewall sees both ways of every connection, and passes listed names alone (HOOK-4)', async () => {
  for (const environment of ['dev', 'prod'] as const) {
    const graph = await graphOf('network-firewall', listed, environment);
    assert.deepEqual(waysOut(graph), [
      'app-app > vpcEndpointId',
      EDGE,
      'exit > gatewayId',
      'firewall > natGatewayId',
    ]);
    const through = ofType(graph, 'aws:ec2/route:Route').filter(
      ({ inputs }) => 'vpcEndpointId' in inputs,
    );
    const [out, back] = [
      through.filter(({ inputs }) => inputs['destinationCidrBlock'] === '0.0.0.0/0'),
      through.filter(({ inputs }) => inputs['destinationCidrBlock'] !== '0.0.0.0/0'),
    ];
    assert.equal(out.length, 2);
    for (const { name, inputs } of out) {
      const answer = back.find((route) => route.name === `back-${name}`);
      assert.equal(answer?.inputs['vpcEndpointId'], inputs['vpcEndpointId']);
    }
    const [group] = ofType(graph, 'aws:networkfirewall/ruleGroup:RuleGroup');
    const targets = listAt(group?.inputs, 'ruleGroup.rulesSource.rulesSourceList.targets');
    assert.deepEqual(targets, ['mail.example.com']);
    const [policy] = ofType(graph, 'aws:networkfirewall/firewallPolicy:FirewallPolicy');
    const otherwise = listAt(policy?.inputs, 'firewallPolicy.statefulDefaultActions');
    assert.ok(otherwise.includes('aws:drop_established'));
  }
});

test('the firewall lets any name pass for those who call what users choose, and tells it (HOOK-4)', async () => {
  const graph = await graphOf('network-firewall', { ...listed, ...chosen, public: listed.public });
  const groups = ofType(graph, 'aws:networkfirewall/ruleGroup:RuleGroup');
  const sources = groups.map(({ name, inputs }) => [
    name,
    listAt(inputs, 'ruleGroup.ruleVariables.ipSets.0.ipSet.definitions').length,
  ]);
  assert.deepEqual(sources, [
    ['chosen-hosts', 2],
    ['listed-hosts', 2],
  ]);
  const rules = textAt(groups[0]?.inputs, 'ruleGroup.rulesSource.rulesString').split('\n');
  assert.deepEqual(
    rules.map((rule) => rule.split(' ')[0]),
    ['alert', 'pass'],
  );
});
