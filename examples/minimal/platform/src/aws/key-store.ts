import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  randomBytes,
} from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import {
  DecryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import type { Bound, KeyStore } from '../keys/keys.ts';
import { boundFields, isGoodAt, KEY_ID_BYTES, keyIdOf, verifies } from '../keys/keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { failed, nameOf } from './client.ts';
import type { Generation, KeyRing } from './settings.ts';
import { encryptionArns, signingGenerations } from './settings.ts';

type Kms = Pick<KMSClient, 'send'>;

interface Known extends Generation {
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/**
 * Keys that stay in KMS. It signs and creates data keys. Public keys never change, so each is read once. The algorithm
 * is ECDSA with P-256: KMS signs at most 4096 bytes with Ed25519, and an anchor may be longer. (HOOK-6)
 */
export function kmsKeyStore(kms: Kms, ring: KeyRing, now = Date.now): KeyStore {
  const publicKeys = new Map<string, Promise<KeyObject>>();

  return {
    async sign(name, bytes) {
      const { arn, keyId } = await inUse(name);
      const digest = createHash('sha256').update(bytes).digest();
      const { Signature } = await kms
        .send(
          new SignCommand({
            KeyId: arn,
            Message: digest,
            MessageType: 'DIGEST',
            SigningAlgorithm: 'ECDSA_SHA_256',
          }),
        )
        .catch((error: unknown) => {
          throw failed(`Signing with the key ${name}`, error);
        });
      if (Signature === undefined) throw new Error(`The key ${name} has signed nothing.`);
      return { keyId, signature: Signature };
    },

    async verify(name, bytes, { keyId, signature }, at = new Date(now())) {
      const key = (await knownOf(name)).find((known) => known.keyId === keyId);
      return key !== undefined && isGoodAt(key, at) && verifies(key.publicKey, bytes, signature);
    },

    async publicKeys(name) {
      const keys = await knownOf(name);
      return keys.map(({ keyId, publicKey: key, notBefore, notAfter }) => ({
        keyId,
        key,
        notBefore,
        ...(notAfter && { notAfter }),
      }));
    },

    encrypt: async (name, plaintext, bound) => {
      const [arn] = encryptionArns(ring, name);
      return sealEnvelope(kms, { arn: arn as string, name, bound }, plaintext);
    },

    decrypt: (name, ciphertext, bound) =>
      openEnvelope(kms, { arns: encryptionArns(ring, name), name, bound }, ciphertext),
  };

  // A key is deployed before it begins, so that every process knows it when it first signs.
  async function inUse(name: string): Promise<Known> {
    const begun = (await knownOf(name)).find(({ notBefore }) => notBefore.getTime() <= now());
    if (begun === undefined) throw new Error(`No key ${name} has begun to be good.`);
    return begun;
  }

  function knownOf(name: string): Promise<Known[]> {
    return Promise.all(
      signingGenerations(ring, name).map(async (generation) => {
        const publicKey = await publicKeyOf(name, generation.arn);
        const keyId = keyIdOf(publicKey.export({ type: 'spki', format: 'der' }));
        return { ...generation, keyId, publicKey };
      }),
    );
  }

  function publicKeyOf(name: string, arn: string): Promise<KeyObject> {
    const known = publicKeys.get(arn);
    if (known) return known;
    const asked = fetchPublicKey(kms, name, arn);
    publicKeys.set(arn, asked);
    // A failed read is tried again at the next call.
    asked.catch(() => publicKeys.delete(arn));
    return asked;
  }
}

async function fetchPublicKey(kms: Kms, name: string, arn: string): Promise<KeyObject> {
  const { PublicKey } = await kms
    .send(new GetPublicKeyCommand({ KeyId: arn }))
    .catch((error: unknown) => {
      throw failed(`Reading the public key ${name}`, error);
    });
  if (PublicKey === undefined) throw new Error(`The key ${name} has no public half.`);
  return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
}

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
async function sealEnvelope(
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

async function openEnvelope(
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
