import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Plan } from '../plan.ts';
import type { Settings } from '../settings.ts';
import { DnsFirewall } from './dns-firewall.ts';
import { Exits } from './exits.ts';
import type { Network } from './network.ts';
import { NetworkFirewall } from './network-firewall.ts';
import type { Outward } from './outward.ts';
import { outwardTiers } from './outward.ts';

export interface EgressArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly plan: Plan;
  /** Names within the network and of AWS that tasks need, whatever they call. */
  readonly inside: readonly pulumi.Input<string>[];
  readonly logKey: aws.kms.Key;
}

/**
 * The way out, for the subnets of programs whose egress shards list something; the others have none. (HOOK-4)
 *
 * - `dns-firewall`: only listed names are resolved. What stays open to a program with a way out: an address that it
 *   knows without asking, on a listed port, and a host that is served from the same address as a listed one.
 * - `network-firewall`: besides, only TLS that names a listed host passes. What stays open: whoever is at an address that
 *   the program knows, and takes the listed name for a lie.
 * - `proxy`: there is no route out at all, and what the proxy lets through is up to the proxy.
 *
 * Where users choose what is called, no list holds. The programs that do it stand in subnets of their own, which alone are
 * routed out for it; but names are resolved for a whole network or not at all, so other names are then told, not blocked,
 * and a program without a way out can still carry data within the names that it asks for. Tunnels are blocked where
 * AWS knows them by their looks.
 */
export class Egress extends pulumi.ComponentResource {
  constructor(name: string, { settings, network, plan, inside, logKey }: EgressArgs) {
    super('app:infra:Egress', name);
    const throughProxy = settings.egress === 'proxy';
    new DnsFirewall(
      'dns-firewall',
      {
        settings,
        vpcId: network.vpcId,
        names: [...(throughProxy ? [] : [...plan.hosts, ...settings.aliases]), ...inside],
        hasChosen: plan.hasChosen && !throughProxy,
        logKey,
      },
      { parent: this },
    );
    const outward = throughProxy ? [] : outwardTiers(network, plan);
    if (outward.length > 0) this.#open(outward, { settings, network, plan, logKey });
    this.registerOutputs({});
  }

  #open(
    outward: readonly Outward[],
    { settings, network, plan, logKey }: Omit<EgressArgs, 'inside'>,
  ): void {
    const exits = new Exits('exits', { settings, network }, { parent: this });
    if (settings.egress !== 'network-firewall') {
      for (const { tier } of outward)
        for (const [zone, routeTableId] of tier.routeTableIds.entries())
          this.#route(`${tier.name}-${zone}`, routeTableId, {
            natGatewayId: exits.natGatewayIds[exits.of(zone)] as pulumi.Output<string>,
          });
      return;
    }
    const rangesOf = (isChosen: boolean): readonly string[] =>
      outward.filter((one) => one.isChosen === isChosen).flatMap(({ tier }) => tier.ranges);
    const firewall = new NetworkFirewall(
      'network-firewall',
      {
        settings,
        network,
        exits,
        hosts: plan.hosts,
        listed: rangesOf(false),
        chosen: rangesOf(true),
        chosenPorts: plan.chosenPorts,
        logKey,
      },
      { parent: this },
    );
    this.#throughFirewall(outward, exits, firewall);
  }

  // The same endpoint both ways: a firewall that sees half of a connection takes it for an attack.
  #throughFirewall(outward: readonly Outward[], exits: Exits, firewall: NetworkFirewall): void {
    for (const [exit, routeTableId] of firewall.tier.routeTableIds.entries())
      this.#route(`firewall-${exit}`, routeTableId, {
        natGatewayId: exits.natGatewayIds[exit] as pulumi.Output<string>,
      });
    for (const { tier } of outward)
      for (const [zone, routeTableId] of tier.routeTableIds.entries()) {
        const exit = exits.of(zone);
        const vpcEndpointId = firewall.endpointIds[exit] as pulumi.Output<string>;
        this.#route(`${tier.name}-${zone}`, routeTableId, { vpcEndpointId });
        this.#route(
          `back-${tier.name}-${zone}`,
          exits.tier.routeTableIds[exit] as pulumi.Output<string>,
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
