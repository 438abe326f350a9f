import type { FastifyBaseLogger } from 'fastify';
import type { DenialTold } from '../egress/denied.ts';
import { told } from '../egress/denied.ts';
import type { Egress } from '../egress/guard.ts';
import { guardProcess, openEgress } from '../egress/guard.ts';
import type { EgressEntry } from '../egress/hosts.ts';
import { readEgress } from '../egress/hosts.ts';
import { events } from '../logging/events.ts';
import { EGRESS } from './folders.ts';
import type { Config } from './config.ts';
import type { Service } from './service.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };
// The only hosts that the configuration accepts with http instead of https.
const THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

type Reporting = Pick<Config, 'profile' | 'receivers'>;

/** From this call on, the process can call listed hosts only. (HOOK-4) */
export function guardEgress(config: Config, log: FastifyBaseLogger): void {
  guardProcess(egressOf(config));
  told.subscribe((denial) => log.event(events.egressDenied, denial as DenialTold));
}

/** The same for a command, which is a separate process without a log. (HOOK-4) */
export function guardCommand({ readReceivers }: Pick<Service, 'readReceivers'>): void {
  guardProcess(egressOf({ profile: 'production', receivers: readReceivers() }));
}

function egressOf({ profile, receivers }: Reporting, folder = EGRESS): Egress {
  const listed = readEgress(folder, { local: profile === 'local' });
  return openEgress([...listed, ...receiverEntries(receivers)]);
}

/** Entries for the receivers. The configuration accepts a private collector or one on this machine only. */
export function receiverEntries(receivers: Config['receivers']): EgressEntry[] {
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
