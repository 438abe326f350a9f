import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { boundFields } from '../keys/bound.ts';
import { KEY_ID_BYTES, keyIdOf } from '../keys/keys.ts';
import type { Bound } from '../keys/keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { failed, nameOf } from './client.ts';

type Kms = Pick<KMSClient, 'send'>;

interface Place {
  readonly name: string;
  readonly bound: Bound;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 2;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_AT = 1 + KEY_ID_BYTES;
const WRAPPED_AT = LENGTH_AT + 2;

// The KMS errors for another ciphertext, key or context.
const UNDECIPHERABLE: ReadonlySet<string> = new Set([
  'InvalidCiphertextException',
  'IncorrectKeyException',
]);

/**
 * Version, key id, length of the wrapped data key, that key, nonce, ciphertext, tag. A data key encrypts one message
 * and is not stored: otherwise it would still open messages after KMS revoked the access. (HOOK-6)
 */
export async function sealEnvelope(
  kms: Kms,
  { arn, ...place }: Place & { readonly arn: string },
  plaintext: Uint8Array,
): Promise<Buffer> {
  const asked = { KeyId: arn, KeySpec: 'AES_256', EncryptionContext: contextOf(place) } as const;
  const { Plaintext, CiphertextBlob } = await kms
    .send(new GenerateDataKeyCommand(asked))
    .catch((error: unknown) => {
      throw failed(`Encrypting with the key ${place.name}`, error);
    });
  if (!Plaintext || !CiphertextBlob) throw new Error(`The key ${place.name} gave no data key.`);
  const head = headOf(arn, CiphertextBlob);
  const cipher = createCipheriv(ALGORITHM, Plaintext, head.subarray(-IV_BYTES));
  cipher.setAAD(authenticated(head, place));
  const sealed = [head, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
  Plaintext.fill(0);
  return Buffer.concat(sealed);
}

export async function openEnvelope(
  kms: Kms,
  { arns, ...place }: Place & { readonly arns: readonly string[] },
  ciphertext: Uint8Array,
): Promise<Result<Buffer, 'undecipherable'>> {
  const parts = partsOf(Buffer.from(ciphertext));
  const arn = arns.find((known) => keyIdOf(known) === parts?.keyId);
  if (parts === undefined || arn === undefined) return err('undecipherable');
  const key = await unwrapped(kms, arn, parts.wrapped, place);
  if (key === undefined) return err('undecipherable');
  const { head, text, tag } = parts;
  const options = { authTagLength: TAG_BYTES };
  const cipher = createDecipheriv(ALGORITHM, key, head.subarray(-IV_BYTES), options);
  cipher.setAAD(authenticated(head, place)).setAuthTag(tag);
  try {
    return ok(Buffer.concat([cipher.update(text), cipher.final()]));
  } catch {
    return err('undecipherable');
  } finally {
    key.fill(0);
  }
}

// Name the key, so that KMS does not use another key which the ciphertext names.
async function unwrapped(
  kms: Kms,
  arn: string,
  wrapped: Buffer,
  place: Place,
): Promise<Uint8Array | undefined> {
  const asked = { KeyId: arn, CiphertextBlob: wrapped, EncryptionContext: contextOf(place) };
  try {
    return (await kms.send(new DecryptCommand(asked))).Plaintext;
  } catch (error) {
    if (UNDECIPHERABLE.has(nameOf(error))) return undefined;
    throw failed(`Decrypting with the key ${place.name}`, error);
  }
}

// CloudTrail stores the context for years, so it holds a digest and no personal data.
function contextOf({ name, bound }: Place): Record<string, string> {
  const digest = createHash('sha256').update(boundFields([], bound)).digest('hex');
  return { purpose: name, bound: digest };
}

function authenticated(head: Buffer, { name, bound }: Place): Buffer {
  return Buffer.from(boundFields([head.toString('hex'), name], bound));
}

function headOf(arn: string, wrapped: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  const keyId = Buffer.from(keyIdOf(arn), 'hex');
  return Buffer.concat([Buffer.of(VERSION), keyId, length, wrapped, randomBytes(IV_BYTES)]);
}

function partsOf(bytes: Buffer) {
  if (bytes.length < WRAPPED_AT || bytes[0] !== VERSION) return undefined;
  const wrappedEnd = WRAPPED_AT + bytes.readUInt16BE(LENGTH_AT);
  const textAt = wrappedEnd + IV_BYTES;
  if (wrappedEnd === WRAPPED_AT || bytes.length < textAt + TAG_BYTES) return undefined;
  return {
    keyId: bytes.subarray(1, LENGTH_AT).toString('hex'),
    wrapped: bytes.subarray(WRAPPED_AT, wrappedEnd),
    head: bytes.subarray(0, textAt),
    text: bytes.subarray(textAt, -TAG_BYTES),
    tag: bytes.subarray(-TAG_BYTES),
  };
}
