import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Bound } from '../keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { boundFields } from '../bound.ts';
import { KEY_ID_BYTES } from '../key-id.ts';
import type { Key } from './key-file.ts';

const ALGORITHM = 'aes-256-gcm';
const VERSION = Buffer.of(1);
const IV_BYTES = 12;
const TAG_BYTES = 16;
const IV_AT = VERSION.length + KEY_ID_BYTES;
const TEXT_AT = IV_AT + IV_BYTES;

/** Version, key id, nonce, ciphertext, tag. A random nonce is good for 2^32 messages a key. */
export function encryptWith(key: Key, name: string, plaintext: Uint8Array, bound: Bound): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, materialOf(key), iv);
  const head = Buffer.concat([VERSION, Buffer.from(key.keyId, 'hex'), iv]);
  cipher.setAAD(boundBytes(head, name, bound));
  return Buffer.concat([head, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

export function keyIdOf(ciphertext: Uint8Array): string {
  return Buffer.from(ciphertext).subarray(VERSION.length, IV_AT).toString('hex');
}

export function decryptWith(
  key: Key,
  name: string,
  ciphertext: Uint8Array,
  bound: Bound,
): Result<Buffer, 'undecipherable'> {
  const bytes = Buffer.from(ciphertext);
  if (bytes.length < TEXT_AT + TAG_BYTES || bytes[0] !== VERSION[0]) return err('undecipherable');
  const head = bytes.subarray(0, TEXT_AT);
  const options = { authTagLength: TAG_BYTES };
  const cipher = createDecipheriv(ALGORITHM, materialOf(key), head.subarray(IV_AT), options);
  cipher.setAAD(boundBytes(head, name, bound));
  cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return ok(Buffer.concat([cipher.update(bytes.subarray(TEXT_AT, -TAG_BYTES)), cipher.final()]));
  } catch {
    return err('undecipherable');
  }
}

function materialOf({ material }: Key) {
  if (material === undefined) throw new Error('An encryption key without its material.');
  return material;
}

// Where it belongs is authenticated: a value that is copied into another row does not open there.
function boundBytes(head: Buffer, name: string, bound: Bound): Buffer {
  return Buffer.from(boundFields([head.toString('hex'), name], bound));
}
