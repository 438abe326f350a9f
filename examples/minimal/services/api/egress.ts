import type { FastifyBaseLogger } from 'fastify';
import type { Egress, EgressEntry } from '@app/platform/egress';
import { guardProcess, openEgress } from '@app/platform/egress';
import type { DenialTold } from '@app/platform/egress/denied';
import { told } from '@app/platform/egress/denied';
import { proxyAt } from '@app/platform/egress/proxy';
import { readEgress } from '@app/platform/egress/shards';
import type { Config } from './config.ts';
import { readProxy, readReceivers } from './config.ts';
import { EGRESS } from './folders.ts';
import { events } from './http/log-events.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };
// The only ones that the configuration takes http for.
const THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

type Ways = Pick<Config, 'profile' | 'receivers' | 'egressProxy'>;

/** From here on this process calls what is listed, and nothing else. (HOOK-4) */
export function guardEgress(config: Config, log: FastifyBaseLogger): void {
  guardProcess(wayOutOf(config));
  told.subscribe((denial) => log.event(events.egressDenied, denial as DenialTold));
}

/** A command is a process of its own, with the same way out and nothing to report. (HOOK-4) */
export function guardCommand(): void {
  guardProcess(wayOutOfCommand());
}

export function wayOutOfCommand(
  source?: Readonly<Record<string, string>>,
  folder = EGRESS,
): Egress {
  const proxy = readProxy(source);
  // Past a proxy that is not understood there is no way.
  if (!proxy.ok) return openEgress([]);
  const receivers = readReceivers(source);
  return wayOutOf({ profile: 'production', receivers, egressProxy: proxy.value }, folder);
}

export function wayOutOf({ profile, receivers, egressProxy }: Ways, folder = EGRESS): Egress {
  const listed = readEgress(folder, { local: profile === 'local' });
  const proxy = egressProxy === undefined ? undefined : proxyAt(egressProxy);
  return openEgress([...listed, ...receiverEntries({ receivers })], { proxy });
}

// Where reports go is configured, and checked there: a collector is private, or on this machine beside the service.
export function receiverEntries({ receivers }: Pick<Config, 'receivers'>): EgressEntry[] {
  return [...receivers].map(([reason, endpoint]) => {
    const { protocol, hostname, port } = new URL(endpoint);
    return {
      host: hostname.replace(/^\[|\]$/g, ''),
      ports: [port === '' ? (DEFAULT_PORTS[protocol] as number) : Number(port)],
      class: 'vpc',
      reason,
      ...(THIS_MACHINE.has(hostname) && { loopback: true as const }),
    };
  });
}
