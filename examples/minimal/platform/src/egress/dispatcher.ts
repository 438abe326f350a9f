import { isIP } from 'node:net';
import { Dispatcher } from 'undici';
import { mayReach } from './addresses.ts';
import type { EgressLimits, Ways } from './connect.ts';
import { connectionsTo, reachOf } from './connect.ts';
import { denied } from './denied.ts';
import type { EgressEntry } from './hosts.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The whole of it, from the request to the last byte, took longer than it may. */
class AnswerTooLate extends Error {
  readonly code = 'EGRESS_TOO_LATE';
}

/** Passes an answer on for as long as it may take, and in no form that could grow after it was counted. */
export class BoundedAnswer implements Dispatcher.DispatchHandler {
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
    // Nobody asked for it: a few bytes that unpack to gigabytes are within every limit on bytes.
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

// A Host that is not the address's would be another customer behind the same front, and so would a server name.
const SET_HERE: ReadonlySet<string> = new Set(['host', 'accept-encoding']);

/** Every call passes here, and each step of a redirect too. What is not listed goes nowhere. (HOOK-4) */
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
    // What is spoken after an upgrade has no end and no limit.
    if (options.upgrade || options.method === 'CONNECT') throw denied('upgrade', entry.host);
    // A whole address in the place of a path is a wish to be passed on, to whatever host it names.
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
    // An address is not looked up, and so would not be looked at either.
    if (isIP(host) !== 0 && !mayHold(entry)) throw denied('address', host);
    return entry;
  }

  #connected(entry: EgressEntry): Dispatcher {
    const known = this.#connections.get(entry);
    if (known) return known;
    const { wholeMs } = this.#limits;
    const opened = connectionsTo(entry, this.#limits, this.#ways).compose(
      (dispatch) => (asked, next) => dispatch(asked, new BoundedAnswer(next, entry.host, wholeMs)),
    );
    this.#connections.set(entry, opened);
    return opened;
  }

  /** Ends every connection, whatever is still under way. */
  async end(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((opened) => opened.destroy()));
  }
}

// The credentials' own class holds documented addresses, and no other entry may lead there.
function mayHold(entry: EgressEntry): boolean {
  return entry.class === 'task-credentials' || mayReach(reachOf(entry), entry.host);
}

// Where nobody can stand in between, or where the cloud knows nothing else.
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
