import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { createServiceLogs } from './logs.ts';
import { NetworkFirewall } from './network-firewall.ts';
import type { Network, Tier } from './network.ts';
import { NatGateways } from './network.ts';
import type { Plan } from './plan.ts';

interface EgressArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly plan: Plan;
  /** Names of the network and of AWS that tasks need, whatever hosts are listed. */
  readonly internal: readonly pulumi.Input<string>[];
  readonly logKey: aws.kms.Key;
}

/** A tier with a route out, and whether its programs call hosts that users choose. */
interface RoutedTier {
  readonly tier: Tier;
  readonly isChosen: boolean;
}

/**
 * Only listed names resolve, and only subnets of programs with listed hosts have a route out. With `network-firewall`, only
 * TLS with the SNI of a listed host passes. README.md says what each mode leaves open. (HOOK-4)
 */
export class Egress extends pulumi.ComponentResource {
  constructor(name: string, { settings, network, plan, internal, logKey }: EgressArgs) {
    super('app:infra:Egress', name);
    new DnsFirewall(
      'dns-firewall',
      {
        settings,
        vpcId: network.vpcId,
        names: [...plan.hosts, ...settings.aliases, ...internal],
        hasChosen: plan.hasChosen,
        logKey,
      },
      { parent: this },
    );
    const routed = tiersWithEgress(network, plan);
    if (routed.length > 0) this.#openRoutes(routed, { settings, network, plan, logKey });
    this.registerOutputs({});
  }

  #openRoutes(
    routed: readonly RoutedTier[],
    { settings, network, plan, logKey }: Omit<EgressArgs, 'internal'>,
  ): void {
    const gateways = new NatGateways('exits', { settings, network }, { parent: this });
    if (settings.egress === 'dns-firewall') {
      for (const { tier } of routed)
        for (const [zone, routeTableId] of tier.routeTableIds.entries())
          this.#route(`${tier.name}-${zone}`, routeTableId, {
            natGatewayId: gateways.ids[gateways.indexFor(zone)] as pulumi.Output<string>,
          });
      return;
    }
    const rangesOf = (isChosen: boolean): readonly string[] =>
      routed.filter((one) => one.isChosen === isChosen).flatMap(({ tier }) => tier.ranges);
    const firewall = new NetworkFirewall(
      'network-firewall',
      {
        settings,
        network,
        gateways,
        hosts: plan.hosts,
        listed: rangesOf(false),
        chosen: rangesOf(true),
        chosenPorts: plan.chosenPorts,
        logKey,
      },
      { parent: this },
    );
    this.#routeThroughFirewall(routed, gateways, firewall);
  }

  // Both directions use the same firewall endpoint: a firewall that sees one direction only drops the connection.
  #routeThroughFirewall(
    routed: readonly RoutedTier[],
    gateways: NatGateways,
    firewall: NetworkFirewall,
  ): void {
    for (const [index, routeTableId] of firewall.tier.routeTableIds.entries())
      this.#route(`firewall-${index}`, routeTableId, {
        natGatewayId: gateways.ids[index] as pulumi.Output<string>,
      });
    for (const { tier } of routed)
      for (const [zone, routeTableId] of tier.routeTableIds.entries()) {
        const index = gateways.indexFor(zone);
        const vpcEndpointId = firewall.endpointIds[index] as pulumi.Output<string>;
        this.#route(`${tier.name}-${zone}`, routeTableId, { vpcEndpointId });
        this.#route(
          `back-${tier.name}-${zone}`,
          gateways.tier.routeTableIds[index] as pulumi.Output<string>,
          { vpcEndpointId },
          tier.ranges[zone],
        );
      }
  }

  #route(
    name: string,
    routeTableId: pulumi.Input<string>,
    to: Pick<aws.ec2.RouteArgs, 'natGatewayId' | 'vpcEndpointId'>,
    destinationCidrBlock = '0.0.0.0/0',
  ): void {
    new aws.ec2.Route(name, { routeTableId, destinationCidrBlock, ...to }, { parent: this });
  }
}

function tiersWithEgress(network: Network, plan: Plan): readonly RoutedTier[] {
  return plan.segments.flatMap(({ id, programs }) => {
    const { app, chosen } = network.segment(id);
    const isOut = programs.some(({ wayOut }) => !wayOut.isChosen && wayOut.ports.length > 0);
    return [
      ...(isOut ? [{ tier: app, isChosen: false }] : []),
      ...(chosen ? [{ tier: chosen, isChosen: true }] : []),
    ];
  });
}

interface DnsFirewallArgs {
  readonly settings: Settings;
  readonly vpcId: pulumi.Input<string>;
  readonly names: readonly pulumi.Input<string>[];
  /** A program calls hosts that users choose: no list can hold them, so other names raise an alert and are resolved. */
  readonly hasChosen: boolean;
  readonly logKey: aws.kms.Key;
}

type RuleArgs = Omit<
  aws.route53.ResolverFirewallRuleArgs,
  'firewallRuleGroupId' | 'priority' | 'name'
>;

/**
 * Resolves listed names only, for the whole network: Route 53 has one answer for every subnet of a VPC. Every query is
 * logged, and if the firewall fails, no name is resolved. (HOOK-4)
 */
class DnsFirewall extends pulumi.ComponentResource {
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
      // Check CNAME targets too: otherwise the owner of a listed name points it at any host.
      [
        'listed',
        {
          action: 'ALLOW',
          ...listed,
          firewallDomainRedirectionAction: 'INSPECT_REDIRECTION_DOMAIN',
        },
      ],
      ...(hasChosen ? [tunnelRule('DNS_TUNNELING'), tunnelRule('DGA')] : []),
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
    this.#logQueries(settings, vpcId, logKey);
    this.registerOutputs({ ruleGroupId: this.ruleGroupId });
  }

  #list(
    name: string,
    domains: pulumi.Input<string>[],
  ): { readonly firewallDomainListId: pulumi.Output<string> } {
    const list = new aws.route53.ResolverFirewallDomainList(name, { domains }, { parent: this });
    return { firewallDomainListId: list.id };
  }

  #logQueries(settings: Settings, vpcId: pulumi.Input<string>, key: aws.kms.Key): void {
    const name = `/${settings.project}/${settings.environment}/dns`;
    const { logs, access } = createServiceLogs('dns', { dns: name }, key, settings, this);
    const [log] = logs as [aws.cloudwatch.LogGroup];
    const config = new aws.route53.ResolverQueryLogConfig(
      'dns',
      { destinationArn: log.arn },
      { parent: this, dependsOn: [access] },
    );
    new aws.route53.ResolverQueryLogConfigAssociation(
      'dns',
      { resolverQueryLogConfigId: config.id, resourceId: vpcId },
      { parent: this },
    );
  }
}

// An attacker can send data inside the queried names: that needs no connection, so no other firewall sees it.
function tunnelRule(dnsThreatProtection: 'DNS_TUNNELING' | 'DGA'): readonly [string, RuleArgs] {
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
