import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { sharedRange } from '../addresses.ts';
import type { Settings } from '../settings.ts';
import { deliveredLogs } from './delivered-logs.ts';
import type { Exits } from './exits.ts';
import type { Network } from './network.ts';
import { Tier } from './tier.ts';

export interface NetworkFirewallArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly exits: Exits;
  readonly hosts: readonly string[];
  /** Subnets of programs that call listed hosts, and of those that call what users choose. */
  readonly listed: readonly string[];
  readonly chosen: readonly string[];
  readonly chosenPorts: readonly number[];
  readonly logKey: aws.kms.Key;
}

/** Between the programs and the exits: only TLS to a listed name passes, and all that is dropped is told. (HOOK-4) */
export class NetworkFirewall extends pulumi.ComponentResource {
  /** By exit: where to send what wants to get out, and what comes back. */
  readonly endpointIds: readonly pulumi.Output<string>[];
  readonly tier: Tier;

  constructor(name: string, args: NetworkFirewallArgs, options: pulumi.ComponentResourceOptions) {
    super('app:infra:NetworkFirewall', name, {}, options);
    const { settings, network, exits, logKey } = args;
    this.tier = new Tier(
      'firewall',
      { vpcId: network.vpcId, zones: exits.zones, range: (zone) => sharedRange('firewall', zone) },
      { parent: this },
    );
    const groups = [
      ...(args.listed.length > 0 && args.hosts.length > 0 ? [this.#listedGroup(args)] : []),
      ...(args.chosen.length > 0 ? [this.#chosenGroup(args)] : []),
    ];
    const policy = new aws.networkfirewall.FirewallPolicy(
      name,
      {
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
        vpcId: network.vpcId,
        firewallPolicyArn: policy.arn,
        subnetMappings: this.tier.subnetIds.map((subnetId) => ({ subnetId })),
        deleteProtection: true,
        subnetChangeProtection: true,
        firewallPolicyChangeProtection: true,
      },
      { parent: this },
    );
    this.#keepLogs(firewall, settings, logKey);
    this.endpointIds = exits.zones.map((zone) =>
      firewall.firewallStatuses.apply((statuses) => endpointIn(zone, statuses)),
    );
    this.registerOutputs({});
  }

  #listedGroup({ hosts, listed }: NetworkFirewallArgs): aws.networkfirewall.RuleGroup {
    return this.#group('listed-hosts', listed, {
      rulesSourceList: {
        generatedRulesType: 'ALLOWLIST',
        targetTypes: ['TLS_SNI'],
        targets: [...hosts],
      },
    });
  }

  // Whom users choose cannot be listed: it has to be TLS and to say a name, and each name is told.
  #chosenGroup({ chosen, chosenPorts }: NetworkFirewallArgs): aws.networkfirewall.RuleGroup {
    const flow = `tls $HOME_NET any -> any [${chosenPorts.join(',')}]`;
    const named = 'tls.sni; content:"."; flow:established,to_server;';
    return this.#group('chosen-hosts', chosen, {
      rulesString: [
        `alert ${flow} (msg:"chosen by a user"; ${named} sid:1; rev:1;)`,
        `pass ${flow} (msg:"chosen by a user"; ${named} sid:2; rev:1;)`,
      ].join('\n'),
    });
  }

  #group(
    name: string,
    from: readonly string[],
    rulesSource: aws.types.input.networkfirewall.RuleGroupRuleGroupRulesSource,
  ): aws.networkfirewall.RuleGroup {
    return new aws.networkfirewall.RuleGroup(
      name,
      {
        type: 'STATEFUL',
        capacity: 1_000,
        ruleGroup: {
          ruleVariables: { ipSets: [{ key: 'HOME_NET', ipSet: { definitions: [...from] } }] },
          rulesSource,
          statefulRuleOptions: { ruleOrder: 'STRICT_ORDER' },
        },
      },
      { parent: this },
    );
  }

  #keepLogs(firewall: aws.networkfirewall.Firewall, settings: Settings, key: aws.kms.Key): void {
    const place = `/${settings.project}/${settings.environment}`;
    const types = ['ALERT', 'FLOW'] as const;
    const names = types.map((logType) => `${place}/firewall-${logType.toLowerCase()}`);
    const { logs, opened } = deliveredLogs('firewall', names, key, settings, this);
    const logDestinationConfigs = logs.map(({ name }, index) => ({
      logType: types[index] as string,
      logDestinationType: 'CloudWatchLogs',
      logDestination: { logGroup: name },
    }));
    new aws.networkfirewall.LoggingConfiguration(
      'firewall',
      { firewallArn: firewall.arn, loggingConfiguration: { logDestinationConfigs } },
      { parent: this, dependsOn: [opened] },
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
