import { randomBytes, randomUUID } from 'node:crypto';
import type { Bound, KeyStore } from '../keys/keys.ts';
import { encryptionKey } from '../keys/keys.ts';
import { Secret } from '../secrets/secret.ts';
import type { WebhookKey } from '../webhooks/scheme.ts';

const KEY = encryptionKey('outbound-webhooks');

// As Standard Webhooks asks for: 24 to 64.
const SECRET_BYTES = 32;

export interface Holder {
  readonly tenant: string;
  readonly subscriber: string;
}

export interface SealedKey {
  readonly id: string;
  readonly sealed: Uint8Array;
}

/** A key for one subscriber: to be kept sealed, and shown once. (HOOK-6) */
export async function makeKey(
  keys: KeyStore,
  holder: Holder,
): Promise<{ readonly key: SealedKey; readonly secret: Secret }> {
  const id = randomUUID();
  const secret = new Secret(`whsec_${randomBytes(SECRET_BYTES).toString('base64')}`);
  const sealed = await keys.encrypt(KEY, Buffer.from(secret.reveal()), boundOf(holder, id));
  return { key: { id, sealed }, secret };
}

/** Throws where the key store no longer opens it: nothing goes out that is not signed. */
export async function openKey(
  keys: KeyStore,
  holder: Holder,
  { id, sealed }: SealedKey,
): Promise<WebhookKey> {
  const opened = await keys.decrypt(KEY, sealed, boundOf(holder, id));
  if (!opened.ok) throw new Error('The key store does not open a key of a subscriber any more.');
  return { id, secret: new Secret(opened.value.toString()) };
}

// It opens for no other tenant and no other subscriber, whatever row it is copied to.
function boundOf({ tenant, subscriber }: Holder, id: string): Bound {
  return ['outbound-key', tenant, subscriber, id];
}
