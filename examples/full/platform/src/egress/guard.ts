import type { FastifyBaseLogger } from 'fastify';
import { events } from '../logging/events.ts';
import type { Config } from '../service/config.ts';
import { EGRESS } from '../service/folders.ts';
import type { Service } from '../service/service.ts';
import type { EgressLimits, Ways } from './connect.ts';
import { defaultLimits } from './connect.ts';
import type { DenialTold } from './denied.ts';
import { EgressDenied, told } from './denied.ts';
import { EgressDispatcher } from './dispatcher.ts';
import type { EgressClass, EgressEntry } from './hosts.ts';
import { CLASSES, readEgress } from './hosts.ts';

export interface Egress {
  /** For clients that accept a fetch function. */
  readonly fetch: typeof globalThis.fetch;
  readonly dispatcher: EgressDispatcher;
  close(): Promise<void>;
}

export interface EgressOptions extends Ways {
  readonly limits?: EgressLimits;
}

// Node's own fetch, taken before any other code can replace it.
const nodeFetch = globalThis.fetch;

// Where Node's fetch and every copy of undici look up their dispatcher.
const GLOBAL_DISPATCHERS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'];

/** The one dispatcher of this process: listed hosts only, within limits. (HOOK-4) */
export function openEgress(
  entries: readonly EgressEntry[],
  { limits: most = defaultLimits, ...ways }: EgressOptions = {},
): Egress {
  const dispatcher = new EgressDispatcher(entries, most, ways);
  return { fetch: fetchThrough(dispatcher), dispatcher, close: () => dispatcher.end() };
}

function fetchThrough(dispatcher: EgressDispatcher): typeof globalThis.fetch {
  return async (input, init) => {
    // A redirect would let the other side choose the next host. It is followed only if the caller asks for that.
    const redirect = init?.redirect ?? 'error';
    try {
      return await nodeFetch(input, { ...init, redirect, dispatcher: dispatcher as never });
    } catch (error) {
      throw denialIn(error) ?? error;
    }
  };
}

function denialIn(error: unknown): EgressDenied | undefined {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof EgressDenied ? cause : undefined;
}

/**
 * Sends every call of this process through the guard: the global fetch, a fetch that was saved earlier, and packages
 * with their own undici. The guard cannot be replaced. (HOOK-4)
 */
export function guardProcess({ fetch, dispatcher }: Egress): void {
  for (const name of GLOBAL_DISPATCHERS)
    Object.defineProperty(globalThis, Symbol.for(name), { value: dispatcher, writable: false });
  Object.defineProperty(globalThis, 'fetch', {
    value: fetch,
    writable: false,
    configurable: false,
  });
}

/** The hosts that a firewall around the service must allow, from the same shards. */
export function egressHosts(entries: readonly EgressEntry[]): Record<EgressClass, string[]> {
  const hosts = CLASSES.map((kind) => {
    const places = entries
      .filter((entry) => entry.class === kind && !entry.loopback)
      .flatMap(({ host, ports }) => ports.map((port) => `${host}:${port}`));
    return [kind, [...new Set(places)].toSorted()];
  });
  return Object.fromEntries(hosts) as Record<EgressClass, string[]>;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };
// The only hosts that the configuration accepts with http instead of https.
const THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

type Reporting = Pick<Config, 'profile' | 'receivers'>;

/** From this call on, the process of a service can call listed hosts only. (HOOK-4) */
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
