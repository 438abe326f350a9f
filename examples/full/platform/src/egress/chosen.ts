import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { EgressLimits, Resolve, Ways } from './connect.ts';
import { connectionsTo } from './connect.ts';
import type { Denial } from './denied.ts';
import { denied } from './denied.ts';
import type { EgressEntry } from './hosts.ts';
import { readShard } from './hosts.ts';

// A stranger chose the destination: wait less, and read almost nothing of its answer.
export const chosenLimits: EgressLimits = {
  connectMs: 5_000,
  headersMs: 15_000,
  pauseMs: 15_000,
  wholeMs: 15_000,
  answerBytes: 64 * 1024,
};

// Printable ASCII, so that users see the host that is called: other alphabets must be written as xn--.
const ADDRESS = /^[!-~]{1,2000}$/;

// At least two labels, the last one not numeric: this excludes internal names and IPv4 addresses.
const PUBLIC_NAME =
  /^(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)[.])+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

const DNS_TIMEOUT_MS = 2_000;
const DNS_TRIES = 2;

/** What a shard allows its module: any public host, on these ports. */
type Chosen = Pick<EgressEntry, 'loopback' | 'ca'> & { readonly ports: readonly number[] };

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** All that we keep of an answer. */
export interface Answered {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

export interface ChosenEgress {
  /** Throws if the call fails. Redirects are not followed, and no connection is reused. */
  post(address: string, message: Message, signal: AbortSignal): Promise<Answered>;
  close(): Promise<void>;
}

export interface ChosenOptions extends Ways {
  readonly limits?: EgressLimits;
}

export function readChosen(folder: URL, module: string): Chosen {
  const { chosen } = readShard(fileURLToPath(folder), `${module}.json`);
  if (!chosen) throw new Error(`security/egress/${module}.json lists nothing under chosen.`);
  return chosen;
}

/**
 * Calls destinations that users choose. Only code that holds this object can call them: the rest of the service stays
 * on its list. (HOOK-4)
 */
export function openChosen(
  { ports, ...trusted }: Chosen,
  { limits = chosenLimits, resolve = byItsOwnResolver() }: ChosenOptions = {},
): ChosenEgress {
  const agent = connectionsTo({ class: 'public', ...trusted }, limits, { resolve });
  return { post, close: () => agent.destroy() };

  async function post(address: string, message: Message, signal: AbortSignal): Promise<Answered> {
    const url = chosenAddress(address, ports);
    if (!url.ok) throw denied(url.error);
    const { origin, pathname, search } = url.value;
    const whole = AbortSignal.any([signal, AbortSignal.timeout(limits.wholeMs)]);
    const answer = await agent.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: { ...message.headers, 'accept-encoding': 'identity' },
      body: message.body,
      signal: whole,
      // No reuse: the next attempt resolves and checks the name again.
      reset: true,
    });
    // The body is read only to its limit, and dropped.
    await answer.body.dump({ limit: limits.answerBytes, signal: whole }).catch(() => {});
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    };
  }
}

/** Checked when a user chooses it and at each call. Each connection checks the addresses of its name. (HOOK-4) */
export function chosenAddress(text: string, ports: readonly number[]): Result<URL, Denial> {
  if (!ADDRESS.test(text) || !URL.canParse(text)) return err('malformed');
  const url = new URL(text);
  if (url.protocol !== 'https:') return err('scheme');
  // A password would be sent with every message. A fragment is never sent.
  if (url.username !== '' || url.password !== '' || url.hash !== '') return err('malformed');
  // The URL parser has already turned 0x7f.1 and 2130706433 into dotted addresses.
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return err('address-literal');
  if (!PUBLIC_NAME.test(url.hostname)) return err('malformed');
  const port = url.port === '' ? 443 : Number(url.port);
  return ports.includes(port) ? ok(url) : err('port');
}

// The system's lookup knows internal names. It also holds one of the few threads of this process for as long as an
// attacker's name server delays.
function byItsOwnResolver(): Resolve {
  return addressesBy(new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES }));
}

/** Resolves both families, so that neither escapes the check. */
export function addressesBy(dns: Pick<Resolver, 'resolve4' | 'resolve6'>): Resolve {
  return (host, _options, callback) => {
    const found: LookupAddress[] = [];
    let failed: Error | null = null;
    let open = 2;
    const collect = (family: number) => (error: Error | null, addresses?: string[]) => {
      failed ??= error;
      for (const address of addresses ?? []) found.push({ address, family });
      open -= 1;
      if (open === 0) callback(found.length === 0 ? failed : null, found);
    };
    dns.resolve4(host, collect(4));
    dns.resolve6(host, collect(6));
  };
}
