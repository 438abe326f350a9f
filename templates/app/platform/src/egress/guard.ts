import type { EgressLimits, Ways } from './connect.ts';
import { defaultLimits } from './connect.ts';
import { EgressDenied } from './denied.ts';
import { EgressDispatcher } from './dispatcher.ts';
import type { EgressClass, EgressEntry } from './hosts.ts';
import { CLASSES } from './hosts.ts';

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
