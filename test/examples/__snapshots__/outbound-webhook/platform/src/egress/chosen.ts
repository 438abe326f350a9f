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

// Whoever is called was chosen by a stranger: less patience, and next to nothing of what it says.
export const chosenLimits: EgressLimits = {
  connectMs: 5_000,
  headersMs: 15_000,
  pauseMs: 15_000,
  wholeMs: 15_000,
  answerBytes: 64 * 1024,
};

// Printable ASCII, so that what is shown is what is called: other alphabets come as xn--.
const ADDRESS = /^[!-~]{1,2000}$/;

// Two labels at least, and no digits for the last one: a name of the inside and an address are none of these.
const PUBLIC_NAME =
  /^(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)[.])+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

const DNS_TIMEOUT_MS = 2_000;
const DNS_TRIES = 2;

/** What a shard allows its module: any public host, on these ports. */
export type Chosen = Pick<EgressEntry, 'loopback' | 'ca'> & { readonly ports: readonly number[] };

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** All that is taken from an answer. */
export interface Answered {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

export interface ChosenEgress {
  /** Throws where it does not get through. Nobody is redirected, and no connection is used twice. */
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
 * The way out to destinations that users chose. It is apart from the listed one: who may call them is whoever holds this,
 * and what the rest of the service calls stays on its list. (HOOK-4)
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
      // The next attempt resolves the name again, and is checked again.
      reset: true,
    });
    // What it says is nobody's business here; that it said it is enough.
    await answer.body.dump({ limit: limits.answerBytes, signal: whole }).catch(() => {});
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    };
  }
}

/** Checked when it is chosen and again at each call. The addresses of its name are checked at each connection. (HOOK-4) */
export function chosenAddress(text: string, ports: readonly number[]): Result<URL, Denial> {
  if (!ADDRESS.test(text) || !URL.canParse(text)) return err('malformed');
  const url = new URL(text);
  if (url.protocol !== 'https:') return err('scheme');
  // A password would go out with every message, and a fragment with none.
  if (url.username !== '' || url.password !== '' || url.hash !== '') return err('malformed');
  // 0x7f.1 and 2130706433 are addresses by now: the parser has spelt them out.
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return err('address-literal');
  if (!PUBLIC_NAME.test(url.hostname)) return err('malformed');
  const port = url.port === '' ? 443 : Number(url.port);
  return ports.includes(port) ? ok(url) : err('port');
}

// The system's own lookup knows names of the inside, and holds one of the few threads of this process for as long as a
// stranger's name server likes.
function byItsOwnResolver(): Resolve {
  return addressesBy(new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES }));
}

/** Of both families, so that none of them is judged without the other. */
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
