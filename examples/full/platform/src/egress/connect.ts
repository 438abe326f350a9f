import { createHash, X509Certificate } from 'node:crypto';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { Agent } from 'undici';
import type { Reach } from './addresses.ts';
import { mayReach } from './addresses.ts';
import { denied, reported } from './denied.ts';
import type { EgressEntry } from './entry.ts';
import type { EgressLimits } from './limits.ts';

type Answered = (error: Error | null, addresses?: LookupAddress[]) => void;
export type Resolve = (host: string, options: LookupOptions & { all: true }, cb: Answered) => void;

type Lookup = NonNullable<ConnectionOptions['lookup']>;
type Identity = NonNullable<ConnectionOptions['checkServerIdentity']>;

// Without a host where nobody listed one: whoever chose it is not told of in a log.
export type Destination = Pick<EgressEntry, 'class' | 'loopback' | 'ca' | 'pins'> & {
  readonly host?: string;
};

/** Connections to one listed place, as its entry says. What it reaches and whom it believes are fixed here. */
export function connectionsTo(entry: Destination, limits: EgressLimits, resolve?: Resolve): Agent {
  return new Agent({
    connect: {
      timeout: limits.connectMs,
      lookup: onlyWithin(entry, resolve),
      autoSelectFamily: true,
      minVersion: 'TLSv1.2',
      // Said here, so that no variable of the environment says otherwise.
      rejectUnauthorized: true,
      ...(entry.ca !== undefined && { ca: entry.ca }),
      // A resumed session brings no certificate, and so nothing to hold against the pins.
      ...(entry.pins && { maxCachedSessions: 0, checkServerIdentity: pinned(entry, entry.pins) }),
    },
    allowH2: false,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.pauseMs,
    maxResponseSize: limits.answerBytes,
  });
}

/**
 * Resolves a name at the moment it is connected to, and hands on what was checked: a name that leads elsewhere the next
 * time it is asked is checked the next time. One bad address refuses the whole answer, or retries would get to it. (HOOK-4)
 */
export function onlyWithin(entry: Destination, resolve: Resolve = lookup): Lookup {
  const reach = reachOf(entry);
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses = []) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayReach(reach, address)))
        return callback(denied('address', entry.host), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
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
