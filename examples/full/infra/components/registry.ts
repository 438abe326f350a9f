import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { PlannedProgram } from '../plan.ts';
import type { Settings } from '../settings.ts';
import type { Network } from './network.ts';

export interface RegistryArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly programs: readonly PlannedProgram[];
}

const TTL_SECONDS = 10;

/** Names for programs that other programs call, within this network alone; where nobody calls another, there is none. */
export class Registry extends pulumi.ComponentResource {
  readonly names: readonly string[];
  readonly #services = new Map<string, aws.servicediscovery.Service>();

  constructor(name: string, { settings, network, programs }: RegistryArgs) {
    super('app:infra:Registry', name);
    const called = programs.filter(({ listens }) => (listens?.from ?? []).length > 0);
    const domain = `${settings.project}-${settings.environment}.internal`;
    this.names = called.map(({ id }) => `${id}.${domain}`);
    if (called.length > 0) this.#register(name, domain, network, called);
    this.registerOutputs({ names: this.names });
  }

  of(program: string): { readonly registryArn?: pulumi.Output<string> } {
    const service = this.#services.get(program);
    return service ? { registryArn: service.arn } : {};
  }

  #register(
    name: string,
    domain: string,
    network: Network,
    called: readonly PlannedProgram[],
  ): void {
    const namespace = new aws.servicediscovery.PrivateDnsNamespace(
      name,
      { name: domain, vpc: network.vpcId },
      { parent: this },
    );
    for (const { id } of called) {
      const service = new aws.servicediscovery.Service(
        id,
        {
          name: id,
          dnsConfig: {
            namespaceId: namespace.id,
            routingPolicy: 'MULTIVALUE',
            dnsRecords: [{ type: 'A', ttl: TTL_SECONDS }],
          },
        },
        { parent: this },
      );
      this.#services.set(id, service);
    }
  }
}
