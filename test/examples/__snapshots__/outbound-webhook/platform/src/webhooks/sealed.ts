import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Bound, KeyStore } from '../keys/keys.ts';
import { encryptionKey, fields } from '../keys/keys.ts';

const KEY = encryptionKey('webhooks');
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

// Random nonces are good for 2^32 messages a key. A key that is replaced each day opens a day, should it be lost.
const MOST_MESSAGES = 2 ** 24;
const LONGEST_USE_MS = 24 * 60 * 60_000;

export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The key that this process encrypts the deliveries of an endpoint with, for a day at most. (HOOK-5) */
export function dataKeys(database: Database, keys: KeyStore, endpoint: string, now = Date.now) {
  let current: Promise<DataKey> | undefined;
  let used = 0;
  let madeAt = 0;

  return (): Promise<DataKey> => {
    // A clock that is set back must not make it last longer than the rows of the keys are kept.
    if (current && used < MOST_MESSAGES && Math.abs(now() - madeAt) < LONGEST_USE_MS) {
      used += 1;
      return current;
    }
    used = 1;
    madeAt = now();
    const made = make();
    current = made;
    // The next delivery tries again.
    made.catch(() => {
      current = undefined;
    });
    return made;
  };

  async function make(): Promise<DataKey> {
    const id = randomUUID();
    const material = randomBytes(KEY_BYTES);
    const wrapped = Buffer.from(await keys.encrypt(KEY, material, boundOf(endpoint, id)));
    await database.systemTransaction('keep a data key', (tx) =>
      sql`
        insert into webhook_data_key (id, endpoint, wrapped) values (${id}, ${endpoint}, ${wrapped})
      `.execute(tx.sql),
    );
    return { id, key: createSecretKey(material) };
  }
}

export interface Wrapped {
  readonly endpoint: string;
  readonly dataKey: string;
  readonly wrapped: Uint8Array;
}

/** Throws where the key store no longer opens it: nothing that was encrypted with it can be read then. */
export async function unwrap(
  keys: KeyStore,
  { endpoint, dataKey, wrapped }: Wrapped,
): Promise<DataKey> {
  const opened = await keys.decrypt(KEY, wrapped, boundOf(endpoint, dataKey));
  if (!opened.ok) throw new Error('The key store does not open a data key of webhooks any more.');
  return { id: dataKey, key: createSecretKey(opened.value) };
}

function boundOf(endpoint: string, id: string): Bound {
  return ['webhook-data-key', endpoint, id];
}

/** Nonce, ciphertext, tag. Bound to where it belongs: it opens for no other endpoint and delivery. */
export function seal({ id, key }: DataKey, plaintext: Uint8Array, bound: Bound): Buffer {
  const iv = freshIv();
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(fields([id, ...bound])));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

// Drawn for many at once, and each given away once: one by one they cost as much as the encryption.
const IVS_AT_ONCE = 256;
let drawn = Buffer.alloc(0);

function freshIv(): Buffer {
  if (drawn.byteLength === 0) drawn = randomBytes(IVS_AT_ONCE * IV_BYTES);
  const iv = drawn.subarray(0, IV_BYTES);
  drawn = drawn.subarray(IV_BYTES);
  return iv;
}

export function unseal({ id, key }: DataKey, sealed: Buffer, bound: Bound): Buffer {
  const options = { authTagLength: TAG_BYTES };
  const cipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), options)
    .setAAD(Buffer.from(fields([id, ...bound])))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([cipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), cipher.final()]);
}
