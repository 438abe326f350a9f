import type { EgressLimits, Ways } from './connect.ts';
import { limits } from './connect.ts';
import { EgressDenied } from './denied.ts';
import { EgressDispatcher } from './dispatcher.ts';
import type { EgressClass, EgressEntry } from './hosts.ts';
import { CLASSES } from './hosts.ts';

export interface Egress {
  /** For clients that take a fetch of their own. */
  readonly fetch: typeof globalThis.fetch;
  readonly dispatcher: EgressDispatcher;
  close(): Promise<void>;
}

export interface EgressOptions extends Ways {
  readonly limits?: EgressLimits;
}

// As Node has it, whatever stands in its place later.
const nodeFetch = globalThis.fetch;

// Where Node's own fetch, and every copy of undici, look for the way out.
const GLOBAL_DISPATCHERS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'];

/** The one way out of this process: to what is listed, as it is listed, within limits. (HOOK-4) */
export function openEgress(
  entries: readonly EgressEntry[],
  { limits: most = limits, ...ways }: EgressOptions = {},
): Egress {
  const dispatcher = new EgressDispatcher(entries, most, ways);
  return { fetch: fetchThrough(dispatcher), dispatcher, close: () => dispatcher.end() };
}

function fetchThrough(dispatcher: EgressDispatcher): typeof globalThis.fetch {
  return async (input, init) => {
    // Where a call goes is the caller's to say, and not the other side's: a redirect is followed by whoever asks for it.
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
 * Everything that calls out from here on passes through it: the global fetch, one that was taken aside before, and
 * packages with an undici of their own. Nobody puts another one in its place. (HOOK-4)
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

/** What the network around the service has to let out, from the same data. */
export function egressHosts(entries: readonly EgressEntry[]): Record<EgressClass, string[]> {
  const hosts = CLASSES.map((kind) => {
    const places = entries
      .filter((entry) => entry.class === kind && !entry.loopback)
      .flatMap(({ host, ports }) => ports.map((port) => `${host}:${port}`));
    return [kind, [...new Set(places)].toSorted()];
  });
  return Object.fromEntries(hosts) as Record<EgressClass, string[]>;
}
