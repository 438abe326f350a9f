import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import type { ConnectionOptions } from 'node:tls';
import type { Reach } from './addresses.ts';
import { mayReach } from './addresses.ts';

type Answered = (error: Error | null, addresses?: LookupAddress[]) => void;
export type Resolve = (host: string, options: LookupOptions & { all: true }, cb: Answered) => void;

export type Lookup = NonNullable<ConnectionOptions['lookup']>;

/**
 * Resolves a name at the moment it is connected to, and hands on what was checked: a name that leads elsewhere the next
 * time it is asked is checked the next time. One bad address refuses the whole answer, or retries would get to it. (HOOK-4)
 */
export function lookupWithin(
  reach: Reach,
  refused: () => Error,
  resolve: Resolve = lookup,
): Lookup {
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
