import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { createServiceLogs } from './logs.ts';
import type { NatGateways, Network } from './network.ts';
import { Tier } from './network.ts';
import { sharedRange } from './plan.ts';

interface NetworkFirewallArgs extends AllowedTraffic {
  readonly network: Network;
  readonly gateways: NatGateways;
  readonly logKey: aws.kms.Key;
}

/** Between programs and NAT gateways: only TLS to a listed name passes, and every drop is logged. (HOOK-4) */
export class NetworkFirewall extends pulumi.ComponentResource {
  /** By NAT gateway: the route target of both directions. */
  readonly endpointIds: readonly pulumi.Output<string>[];
  readonly tier: Tier;

  constructor(name: string, args: NetworkFirewallArgs, options: pulumi.ComponentResourceOptions) {
    super('app:infra:NetworkFirewall', name, {}, options);
    const { settings, network, gateways, logKey } = args;
    this.tier = new Tier(
      'firewall',
      {
        vpcId: network.vpcId,
        zones: gateways.zones,
        range: (zone) => sharedRange('firewall', zone),
      },
      { parent: this },
    );
    const groups = ruleGroups(args, this);
    const called = `${settings.project}-${settings.environment}`;
    const policy = new aws.networkfirewall.FirewallPolicy(
      name,
      {
        name: called,
        firewallPolicy: {
          statelessDefaultActions: ['aws:forward_to_sfe'],
          statelessFragmentDefaultActions: ['aws:drop'],
          statefulEngineOptions: { ruleOrder: 'STRICT_ORDER', streamExceptionPolicy: 'DROP' },
          statefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
          statefulRuleGroupReferences: groups.map(({ arn }, index) => ({
            resourceArn: arn,
            priority: index + 1,
          })),
        },
      },
      { parent: this },
    );
    const firewall = new aws.networkfirewall.Firewall(
      name,
      {
        name: called,
        vpcId: network.vpcId,
        firewallPolicyArn: policy.arn,
        subnetMappings: this.tier.subnetIds.map((subnetId) => ({ subnetId })),
        deleteProtection: true,
        subnetChangeProtection: true,
        firewallPolicyChangeProtection: true,
      },
      { parent: this },
    );
    this.#configureLogs(firewall, settings, logKey);
    this.endpointIds = gateways.zones.map((zone) =>
      firewall.firewallStatuses.apply((statuses) => endpointIn(zone, statuses)),
    );
    this.registerOutputs({});
  }

  #configureLogs(
    firewall: aws.networkfirewall.Firewall,
    settings: Settings,
    key: aws.kms.Key,
  ): void {
    const place = `/${settings.project}/${settings.environment}`;
    const names = {
      'firewall-alert': `${place}/firewall-alert`,
      'firewall-flow': `${place}/firewall-flow`,
    };
    const { logs, access } = createServiceLogs('firewall', names, key, settings, this);
    const logDestinationConfigs = logs.map(({ name }, index) => ({
      logType: ['ALERT', 'FLOW'][index] as string,
      logDestinationType: 'CloudWatchLogs',
      logDestination: { logGroup: name },
    }));
    new aws.networkfirewall.LoggingConfiguration(
      'firewall',
      { firewallArn: firewall.arn, loggingConfiguration: { logDestinationConfigs } },
      { parent: this, dependsOn: [access] },
    );
  }
}

function endpointIn(
  zone: string,
  statuses: aws.types.output.networkfirewall.FirewallFirewallStatus[],
): string {
  const states = statuses.flatMap(({ syncStates }) => syncStates);
  const [attachment] =
    states.find(({ availabilityZone }) => availabilityZone === zone)?.attachments ?? [];
  if (!attachment) throw new Error(`The firewall has no endpoint in ${zone}.`);
  return attachment.endpointId;
}

interface AllowedTraffic {
  readonly settings: Settings;
  readonly hosts: readonly string[];
  /** Subnets of programs that call listed hosts, and of programs that call hosts that users choose. */
  readonly listed: readonly string[];
  readonly chosen: readonly string[];
  readonly chosenPorts: readonly number[];
}

type Source = aws.types.input.networkfirewall.RuleGroupRuleGroupRulesSource;

function ruleGroups(
  { settings, hosts, listed, chosen, chosenPorts }: AllowedTraffic,
  parent: pulumi.Resource,
): readonly aws.networkfirewall.RuleGroup[] {
  const group = (name: string, from: readonly string[], rulesSource: Source) =>
    ruleGroup(name, settings, from, rulesSource, parent);
  return [
    ...(listed.length > 0 && hosts.length > 0 ? [group('listed-hosts', listed, named(hosts))] : []),
    ...(chosen.length > 0 ? [group('chosen-hosts', chosen, anyName(chosenPorts))] : []),
  ];
}

function named(hosts: readonly string[]): Source {
  return {
    rulesSourceList: {
      generatedRulesType: 'ALLOWLIST',
      targetTypes: ['TLS_SNI'],
      targets: [...hosts],
    },
  };
}

// Hosts that users choose cannot be listed: the traffic has to be TLS with an SNI, and the firewall logs each name.
function anyName(ports: readonly number[]): Source {
  const flow = `tls $HOME_NET any -> any [${ports.join(',')}]`;
  const conditions = 'tls.sni; content:"."; flow:established,to_server;';
  return {
    rulesString: [
      `alert ${flow} (msg:"chosen by a user"; ${conditions} sid:1; rev:1;)`,
      `pass ${flow} (msg:"chosen by a user"; ${conditions} sid:2; rev:1;)`,
    ].join('\n'),
  };
}

function ruleGroup(
  name: string,
  { project, environment }: Settings,
  from: readonly string[],
  rulesSource: Source,
  parent: pulumi.Resource,
): aws.networkfirewall.RuleGroup {
  return new aws.networkfirewall.RuleGroup(
    name,
    {
      name: `${project}-${environment}-${name}`,
      type: 'STATEFUL',
      capacity: 1_000,
      ruleGroup: {
        ruleVariables: { ipSets: [{ key: 'HOME_NET', ipSet: { definitions: [...from] } }] },
        rulesSource,
        statefulRuleOptions: { ruleOrder: 'STRICT_ORDER' },
      },
    },
    { parent },
  );
}
