import { isIP } from 'node:net';
import { Dispatcher } from 'undici';
import { connectionsTo, mayReach, reachOf } from './connect.ts';
import type { EgressLimits, Ways } from './connect.ts';
import { denied } from './denied.ts';
import type { EgressEntry } from './hosts.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The call took too long, from the request to the last byte. */
class AnswerTooLate extends Error {
  readonly code = 'EGRESS_TOO_LATE';
}

/** Passes an answer on within the time limit, and refuses a compressed one. */
class BoundedAnswer implements Dispatcher.DispatchHandler {
  readonly #next: Dispatcher.DispatchHandler;
  readonly #host: string;
  readonly #wholeMs: number;
  #deadline: NodeJS.Timeout | undefined;

  constructor(next: Dispatcher.DispatchHandler, host: string, wholeMs: number) {
    this.#next = next;
    this.#host = host;
    this.#wholeMs = wholeMs;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    clearTimeout(this.#deadline);
    const late = (): void => controller.abort(new AnswerTooLate());
    this.#deadline = setTimeout(late, this.#wholeMs).unref();
    this.#next.onRequestStart?.(controller, context);
  }

  onResponseStart(controller: Controller, status: number, headers: Headers, text?: string): void {
    // A few compressed bytes can unpack to gigabytes, past every limit on bytes. We never ask for compression.
    if (isCompressed(headers)) return controller.abort(denied('compressed', this.#host));
    this.#next.onResponseStart?.(controller, status, headers, text);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#next.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Controller, trailers: Headers): void {
    clearTimeout(this.#deadline);
    this.#next.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    clearTimeout(this.#deadline);
    this.#next.onResponseError?.(controller, error);
  }
}

function isCompressed(headers: Headers): boolean {
  const coding = headers['content-encoding'];
  return coding !== undefined && String(coding).toLowerCase() !== 'identity';
}

type Options = Dispatcher.DispatchOptions;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

// A Host header or a server name of the caller could select another customer behind the same CDN.
const SET_HERE: ReadonlySet<string> = new Set(['host', 'accept-encoding']);

/** Every call passes here, and every redirect. A host that is not listed is refused. (HOOK-4) */
export class EgressDispatcher extends Dispatcher {
  readonly #entries: readonly EgressEntry[];
  readonly #limits: EgressLimits;
  readonly #ways: Ways;
  readonly #connections = new Map<EgressEntry, Dispatcher>();

  constructor(entries: readonly EgressEntry[], limits: EgressLimits, ways: Ways) {
    super();
    this.#entries = entries;
    this.#limits = limits;
    this.#ways = ways;
  }

  override dispatch(options: Options, handler: Dispatcher.DispatchHandler): boolean {
    const entry = this.#listed(new URL(String(options.origin)));
    // After an upgrade no limit on time or size applies.
    if (options.upgrade || options.method === 'CONNECT') throw denied('upgrade', entry.host);
    // A whole URL in place of a path asks the host to act as a proxy to any other host.
    if (!options.path.startsWith('/')) throw denied('unlisted', entry.host);
    const headers = [...headersOf(options.headers), 'accept-encoding', 'identity'];
    const { headersMs: headersTimeout, pauseMs: bodyTimeout } = this.#limits;
    const { servername: _, ...asked } = options as Options & { readonly servername?: string };
    return this.#connected(entry).dispatch(
      { ...asked, headers, headersTimeout, bodyTimeout },
      handler,
    );
  }

  #listed({ protocol, hostname, port }: URL): EgressEntry {
    const host = hostname.replace(/^\[|\]$/g, '');
    const ofHost = this.#entries.filter((entry) => entry.host === host);
    if (ofHost.length === 0) throw denied(isIP(host) === 0 ? 'unlisted' : 'address-literal');
    const asked = port === '' ? DEFAULT_PORTS[protocol] : Number(port);
    const entry = ofHost.find(({ ports }) => ports.some((listed) => listed === asked));
    if (!entry) throw denied('port', host);
    if (protocol !== 'https:' && !isPlain(entry)) throw denied('scheme', host);
    // An address literal is not resolved, so the check at the lookup would not see it.
    if (isIP(host) !== 0 && !mayHold(entry)) throw denied('address', host);
    return entry;
  }

  #connected(entry: EgressEntry): Dispatcher {
    const known = this.#connections.get(entry);
    if (known) return known;
    const { answerSeconds } = entry;
    const wholeMs = answerSeconds === undefined ? this.#limits.wholeMs : answerSeconds * 1_000;
    const opened = connectionsTo(entry, this.#limits, this.#ways).compose(
      (dispatch) => (asked, next) => dispatch(asked, new BoundedAnswer(next, entry.host, wholeMs)),
    );
    this.#connections.set(entry, opened);
    return opened;
  }

  /** Closes every connection, with the calls on it. */
  async end(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((opened) => opened.destroy()));
  }
}

// The class task-credentials lists documented addresses. No other class may reach them.
function mayHold(entry: EgressEntry): boolean {
  return entry.class === 'task-credentials' || mayReach(reachOf(entry), entry.host);
}

// Plain HTTP stays on this machine, or is all that the credentials endpoint offers.
function isPlain({ class: kind, loopback }: EgressEntry): boolean {
  return loopback === true || kind === 'task-credentials';
}

function* headersOf(headers: Options['headers']): Iterable<string> {
  for (const [name, value] of pairsOf(headers))
    if (value !== undefined && !SET_HERE.has(name.toLowerCase()))
      for (const one of [value].flat()) yield* [name, one];
}

function pairsOf(
  headers: Options['headers'],
): Iterable<readonly [string, string | string[] | undefined]> {
  if (!headers) return [];
  if (Array.isArray(headers))
    return headers.flatMap((name, index) =>
      index % 2 === 0 ? [[name, headers[index + 1]] as const] : [],
    );
  if (Symbol.iterator in headers) return headers as Iterable<[string, string]>;
  return Object.entries(headers);
}
