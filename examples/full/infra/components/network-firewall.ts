import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { sharedRange } from '../addresses.ts';
import type { Settings } from '../settings.ts';
import { deliveredLogs } from './delivered-logs.ts';
import type { Exits } from './exits.ts';
import type { Passing } from './firewall-rules.ts';
import { ruleGroups } from './firewall-rules.ts';
import type { Network } from './network.ts';
import { Tier } from './tier.ts';

export interface NetworkFirewallArgs extends Passing {
  readonly settings: Settings;
  readonly network: Network;
  readonly exits: Exits;
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
    this.#keepLogs(firewall, settings, logKey);
    this.endpointIds = exits.zones.map((zone) =>
      firewall.firewallStatuses.apply((statuses) => endpointIn(zone, statuses)),
    );
    this.registerOutputs({});
  }

  #keepLogs(firewall: aws.networkfirewall.Firewall, settings: Settings, key: aws.kms.Key): void {
    const place = `/${settings.project}/${settings.environment}`;
    const names = {
      'firewall-alert': `${place}/firewall-alert`,
      'firewall-flow': `${place}/firewall-flow`,
    };
    const { logs, opened } = deliveredLogs('firewall', names, key, settings, this);
    const logDestinationConfigs = logs.map(({ name }, index) => ({
      logType: ['ALERT', 'FLOW'][index] as string,
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
