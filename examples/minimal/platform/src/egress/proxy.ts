import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { buildConnector } from 'undici';
import { Client } from 'undici';
import type { Reach } from './addresses.ts';
import { mayReach } from './addresses.ts';
import { denied, EgressDenied } from './denied.ts';
import type { Resolve } from './lookup.ts';
import { lookupWithin } from './lookup.ts';

/** A proxy of our own, and where its name may lead: into our networks, or nowhere but this machine. */
export interface EgressProxy {
  readonly origin: string;
  readonly host: string;
  readonly reach: Reach;
  readonly resolve: Resolve | undefined;
}

export interface Tunnels {
  readonly proxy: EgressProxy;
  readonly connectMs: number;
  /** What makes the connection safe once there is one. */
  readonly secure: buildConnector.connector;
  /** Whom a refusal may name. */
  readonly listed: string | undefined;
}

const THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

// Each network means something else by them, the proxy's too:
// https://www.iana.org/assignments/special-use-domain-names
const INSIDE: ReadonlySet<string> = new Set([
  'alt',
  'arpa',
  'internal',
  'invalid',
  'local',
  'localhost',
  'onion',
]);

export function proxyAt(address: string, resolve?: Resolve): EgressProxy {
  const { origin, hostname } = new URL(address);
  const host = bare(hostname);
  return { origin, host, reach: THIS_MACHINE.has(host) ? 'loopback' : 'private', resolve };
}

/**
 * Connections that the proxy makes, and that nobody makes where it does not. Which address a name leads to is the proxy's
 * to judge: it is not resolved here, and whoever runs the proxy keeps it from what is private. The certificate is judged
 * here, at the far end of the tunnel. The proxy has as long for its part as a place has for TLS after it. (HOOK-4)
 */
export function through({ proxy, connectMs, secure, listed }: Tunnels): buildConnector.connector {
  return (target, callback) => void connect(target, callback);

  async function connect(
    target: buildConnector.Options,
    callback: buildConnector.Callback,
  ): Promise<void> {
    try {
      const httpSocket = await tunnelTo(placeOf(target, listed));
      secure({ ...target, httpSocket: httpSocket as never }, callback);
    } catch (error) {
      // Whatever went wrong with it: what it says is no answer of whom we call.
      callback(error instanceof EgressDenied ? error : refused(), null);
    }
  }

  async function tunnelTo(place: string): Promise<Duplex> {
    // An address is not looked up, and so would not be looked at either.
    if (isIP(proxy.host) !== 0 && !mayReach(proxy.reach, proxy.host)) throw refused();
    const lookup = lookupWithin(proxy.reach, refused, proxy.resolve);
    const client = new Client(proxy.origin, {
      connect: { timeout: connectMs, lookup, autoSelectFamily: true },
    });
    try {
      const signal = AbortSignal.timeout(connectMs);
      const asked = { path: place, headers: { host: place }, signal };
      const { statusCode, socket } = await client.connect(asked);
      if (statusCode === 200) return socket;
      socket.on('error', () => {}).destroy();
      throw refused();
    } finally {
      void client.destroy();
    }
  }

  function refused(): EgressDenied {
    return denied('proxy', listed);
  }
}

// The last that is known here of where it goes. An address, or a name of the inside, is none of the proxy's business.
function placeOf({ hostname, port }: buildConnector.Options, listed: string | undefined): string {
  const host = bare(hostname);
  if (isIP(host) !== 0) throw denied('address-literal', listed);
  const labels = host.split('.');
  if (labels.length < 2 || labels.includes('') || INSIDE.has(String(labels.at(-1))))
    throw denied('malformed', listed);
  return `${host}:${port === '' ? 443 : port}`;
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
