import type { FastifyBaseLogger } from 'fastify';
import type { EgressEntry } from '@app/platform/egress';
import { guardProcess, openEgress } from '@app/platform/egress';
import type { DenialTold } from '@app/platform/egress/denied';
import { told } from '@app/platform/egress/denied';
import { readEgress } from '@app/platform/egress/shards';
import type { Config } from './config.ts';
import { readReceivers } from './config.ts';
import { EGRESS } from './folders.ts';
import { events } from './http/log-events.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };
// The only ones that the configuration takes http for.
const THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** From here on this process calls what is listed, and nothing else. (HOOK-4) */
export function guardEgress(config: Config, log: FastifyBaseLogger): void {
  const listed = readEgress(EGRESS, { local: config.profile === 'local' });
  guardProcess(openEgress([...listed, ...receiverEntries(config)]));
  told.subscribe((denial) => log.event(events.egressDenied, denial as DenialTold));
}

/** A command is a process of its own, with the same way out and nothing to report. (HOOK-4) */
export function guardCommand(): void {
  const entries = receiverEntries({ receivers: readReceivers() });
  guardProcess(openEgress([...readEgress(EGRESS, { local: false }), ...entries]));
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
