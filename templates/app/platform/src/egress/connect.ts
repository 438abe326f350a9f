import { createHash, X509Certificate } from 'node:crypto';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { checkServerIdentity } from 'node:tls';
import type { buildConnector } from 'undici';
import { Agent } from 'undici';
import type { Reach } from './addresses.ts';
import { mayReach } from './addresses.ts';
import { denied, reported } from './denied.ts';
import type { EgressEntry } from './hosts.ts';

// The other side may be slow, broken or hostile. Without a limit it could hold a caller, or its memory, forever.
export const defaultLimits = {
  connectMs: 5_000,
  headersMs: 15_000,
  // Between two chunks of a body.
  pauseMs: 15_000,
  // From the request to the last byte: one byte per second would stay below every other limit.
  wholeMs: 30_000,
  answerBytes: 5_000_000,
} as const;

export type EgressLimits = { readonly [Limit in keyof typeof defaultLimits]: number };

type Answered = (error: Error | null, addresses?: LookupAddress[]) => void;
export type Resolve = (host: string, options: LookupOptions & { all: true }, cb: Answered) => void;

type Lookup = NonNullable<ConnectionOptions['lookup']>;

/**
 * Resolves a name at each connection and returns the addresses that were checked, so that a second DNS answer cannot
 * replace them. One forbidden address refuses the whole answer, because a retry would use it. (HOOK-4)
 */
function lookupWithin(reach: Reach, refused: () => Error, resolve: Resolve = lookup): Lookup {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses = []) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayReach(reach, address)))
        return callback(refused(), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

type Identity = NonNullable<ConnectionOptions['checkServerIdentity']>;

// Without a host for destinations that users choose: the log must not name them.
type Destination = Pick<EgressEntry, 'class' | 'loopback' | 'ca' | 'pins'> & {
  readonly host?: string;
};

export interface Ways {
  readonly resolve?: Resolve | undefined;
}

/** Connections to one listed host. Its entry fixes the addresses, the authority and the pins. (HOOK-4) */
export function connectionsTo(
  entry: Destination,
  limits: EgressLimits,
  { resolve }: Ways = {},
): Agent {
  const connect: buildConnector.BuildOptions = {
    timeout: limits.connectMs,
    lookup: onlyWithin(entry, resolve),
    autoSelectFamily: true,
    minVersion: 'TLSv1.2',
    // Set here, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
    rejectUnauthorized: true,
    ...(entry.ca !== undefined && { ca: entry.ca }),
    // A resumed session shows no certificate, so the pins would not be checked.
    ...(entry.pins && { maxCachedSessions: 0, checkServerIdentity: pinned(entry, entry.pins) }),
  };
  return new Agent({
    connect,
    allowH2: false,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.pauseMs,
    maxResponseSize: limits.answerBytes,
  });
}

export function onlyWithin(entry: Destination, resolve?: Resolve): Lookup {
  return lookupWithin(reachOf(entry), () => denied('address', entry.host), resolve);
}

export function reachOf({ class: kind, loopback }: Destination): Reach {
  if (loopback) return 'loopback';
  return kind === 'vpc' ? 'vpc' : 'public';
}

// Check the name first: a pin says which key, and not which name its certificate is for.
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
