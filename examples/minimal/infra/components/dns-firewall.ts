import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { deliveredLogs } from './delivered-logs.ts';

export interface DnsFirewallArgs {
  readonly settings: Settings;
  readonly vpcId: pulumi.Input<string>;
  readonly names: readonly pulumi.Input<string>[];
  /** Some program calls what users choose: then no list can hold, and every other name is told instead of blocked. */
  readonly hasChosen: boolean;
  readonly logKey: aws.kms.Key;
}

type RuleArgs = Omit<
  aws.route53.ResolverFirewallRuleArgs,
  'firewallRuleGroupId' | 'priority' | 'name'
>;

/**
 * What names lead anywhere, for all that stands in this network: DNS has one answer for all of it. Every question is
 * logged, and where the firewall itself fails, nothing is answered. (HOOK-4)
 */
export class DnsFirewall extends pulumi.ComponentResource {
  readonly ruleGroupId: pulumi.Output<string>;

  constructor(
    name: string,
    { settings, vpcId, names, hasChosen, logKey }: DnsFirewallArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super('app:infra:DnsFirewall', name, {}, options);
    const group = new aws.route53.ResolverFirewallRuleGroup(name, {}, { parent: this });
    this.ruleGroupId = group.id;
    const listed = this.#list('listed', [...names]);
    const everything = this.#list('everything', ['*']);
    const rules: readonly (readonly [string, RuleArgs])[] = [
      // Aliases are looked at too: a listed name that leads to one that is not listed leads nowhere.
      [
        'listed',
        {
          action: 'ALLOW',
          ...listed,
          firewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN',
        },
      ],
      ...(hasChosen ? [tunnels('DNS_TUNNELING'), tunnels('DGA')] : []),
      hasChosen
        ? ['everything', { action: 'ALERT', ...everything }]
        : ['everything', { action: 'BLOCK', blockResponse: 'NXDOMAIN', ...everything }],
    ];
    for (const [index, [rule, args]] of rules.entries())
      new aws.route53.ResolverFirewallRule(
        rule,
        { ...args, name: rule, firewallRuleGroupId: group.id, priority: 100 + index * 10 },
        { parent: this },
      );
    new aws.route53.ResolverFirewallRuleGroupAssociation(
      name,
      { firewallRuleGroupId: group.id, vpcId, priority: 200, mutationProtection: 'ENABLED' },
      { parent: this },
    );
    new aws.route53.ResolverFirewallConfig(
      name,
      { resourceId: vpcId, firewallFailOpen: 'DISABLED' },
      { parent: this },
    );
    this.#logQuestions(settings, vpcId, logKey);
    this.registerOutputs({ ruleGroupId: this.ruleGroupId });
  }

  #list(
    name: string,
    domains: pulumi.Input<string>[],
  ): { readonly firewallDomainListId: pulumi.Output<string> } {
    const list = new aws.route53.ResolverFirewallDomainList(name, { domains }, { parent: this });
    return { firewallDomainListId: list.id };
  }

  #logQuestions(settings: Settings, vpcId: pulumi.Input<string>, key: aws.kms.Key): void {
    const name = `/${settings.project}/${settings.environment}/dns`;
    const { logs, opened } = deliveredLogs('dns', { dns: name }, key, settings, this);
    const [log] = logs as [aws.cloudwatch.LogGroup];
    const config = new aws.route53.ResolverQueryLogConfig(
      'dns',
      { destinationArn: log.arn },
      { parent: this, dependsOn: [opened] },
    );
    new aws.route53.ResolverQueryLogConfigAssociation(
      'dns',
      { resolverQueryLogConfigId: config.id, resourceId: vpcId },
      { parent: this },
    );
  }
}

// Data that leaves within the names themselves needs no connection, and so meets no other wall.
function tunnels(dnsThreatProtection: 'DNS_TUNNELING' | 'DGA'): readonly [string, RuleArgs] {
  return [
    dnsThreatProtection.toLowerCase().replace('_', '-'),
    {
      action: 'BLOCK',
      blockResponse: 'NXDOMAIN',
      dnsThreatProtection,
      confidenceThreshold: 'HIGH',
    },
  ];
}
