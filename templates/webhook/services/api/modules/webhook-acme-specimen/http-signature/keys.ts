import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decoded, hmac, sameBytes } from '@app/platform/webhooks/scheme';
import type { WebhookKey } from '@app/platform/webhooks/scheme';

export interface Algorithm {
  readonly name: 'ed25519' | 'ecdsa-p256-sha256' | 'hmac-sha256';
  readonly verify: (base: Buffer, signature: Buffer) => boolean;
}

const SHARED = 'hmac-sha256:';
const SHORTEST_SECRET = 32;

// Reading a public key costs about as much as using it once.
const known = new WeakMap<WebhookKey['secret'], Algorithm>();

/** A key is a public key in PEM, or `hmac-sha256:` and base64; what it is decides the algorithm. */
export function algorithmOf({ id, secret }: WebhookKey): Algorithm {
  const algorithm = known.get(secret) ?? readKey(secret.reveal());
  if (!algorithm)
    throw new TypeError(`The key "${id}" is none that HTTP signatures are verified with.`);
  known.set(secret, algorithm);
  return algorithm;
}

function readKey(text: string): Algorithm | undefined {
  if (text.startsWith(SHARED)) return sharedSecret(decoded(text.slice(SHARED.length), 'base64'));
  const key = publicKeyOf(text);
  const { namedCurve } = key?.asymmetricKeyDetails ?? {};
  if (key?.asymmetricKeyType === 'ed25519')
    return { name: 'ed25519', verify: (base, signature) => verify(null, base, key, signature) };
  if (key?.asymmetricKeyType !== 'ec' || namedCurve !== 'prime256v1') return undefined;
  const options = { key, dsaEncoding: 'ieee-p1363' } as const;
  return {
    name: 'ecdsa-p256-sha256',
    verify: (base, signature) => verify('sha256', base, options, signature),
  };
}

function sharedSecret(bytes: Buffer | undefined): Algorithm | undefined {
  if (!bytes || bytes.length < SHORTEST_SECRET) return undefined;
  return {
    name: 'hmac-sha256',
    verify: (base, signature) => sameBytes(signature, hmac('sha256', bytes, base)),
  };
}

// createPublicKey would make one of a private key, which has no business here.
function publicKeyOf(text: string): KeyObject | undefined {
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
}
