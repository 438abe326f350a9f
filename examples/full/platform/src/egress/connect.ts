import { createHash, X509Certificate } from 'node:crypto';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import type { Reach } from './addresses.ts';
import { denied, reported } from './denied.ts';
import type { EgressEntry } from './entry.ts';
import type { EgressLimits } from './limits.ts';
import type { Lookup, Resolve } from './lookup.ts';
import { lookupWithin } from './lookup.ts';
import type { EgressProxy } from './proxy.ts';
import { through } from './proxy.ts';

type Identity = NonNullable<ConnectionOptions['checkServerIdentity']>;

// Without a host where nobody listed one: whoever chose it is not told of in a log.
export type Destination = Pick<EgressEntry, 'class' | 'loopback' | 'ca' | 'pins'> & {
  readonly host?: string;
};

export interface Ways {
  readonly resolve?: Resolve | undefined;
  readonly proxy?: EgressProxy | undefined;
}

/** Connections to one listed place, as its entry says. What it reaches and whom it believes are fixed here. (HOOK-4) */
export function connectionsTo(
  entry: Destination,
  limits: EgressLimits,
  { resolve, proxy }: Ways = {},
): Agent {
  const secure: buildConnector.BuildOptions = {
    timeout: limits.connectMs,
    lookup: onlyWithin(entry, resolve),
    autoSelectFamily: true,
    minVersion: 'TLSv1.2',
    // Said here, so that no variable of the environment says otherwise.
    rejectUnauthorized: true,
    ...(entry.ca !== undefined && { ca: entry.ca }),
    // A resumed session brings no certificate, and so nothing to hold against the pins.
    ...(entry.pins && { maxCachedSessions: 0, checkServerIdentity: pinned(entry, entry.pins) }),
  };
  return new Agent({
    connect: proxy && isOutside(entry) ? tunnels(entry, limits, proxy, secure) : secure,
    allowH2: false,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.pauseMs,
    maxResponseSize: limits.answerBytes,
  });
}

// What is within our networks is reached without the proxy, which stands at their edge.
function isOutside({ class: kind, loopback }: Destination): boolean {
  return kind === 'public' && !loopback;
}

function tunnels(
  { host: listed }: Destination,
  { connectMs }: EgressLimits,
  proxy: EgressProxy,
  secure: buildConnector.BuildOptions,
): buildConnector.connector {
  return through({ proxy, connectMs, secure: buildConnector(secure), listed });
}

export function onlyWithin(entry: Destination, resolve?: Resolve): Lookup {
  return lookupWithin(reachOf(entry), () => denied('address', entry.host), resolve);
}

export function reachOf({ class: kind, loopback }: Destination): Reach {
  if (loopback) return 'loopback';
  return kind === 'vpc' ? 'vpc' : 'public';
}

// The name first, as ever: a pin says which key, and not whose certificate it is in.
function pinned({ host }: Destination, pins: NonNullable<EgressEntry['pins']>): Identity {
  return (name, certificate) => {
    const wrongName = checkServerIdentity(name, certificate);
    if (wrongName) return wrongName;
    if (pins.spki.includes(pinOf(certificate))) return undefined;
    if (!pins.reportOnly) return denied('pin', host);
    reported('pin', host);
    return undefined;
  };
}

function pinOf({ raw }: PeerCertificate): string {
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}
