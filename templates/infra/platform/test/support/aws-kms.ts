import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import type { Fields } from './aws-wire.ts';
import { bytesIn, jsonService, Refusal, REGION, requireOnly, textIn } from './aws-wire.ts';

const ACCOUNT = '123456789012';

interface Key {
  readonly id: string;
  readonly pair?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly material?: Buffer;
}

const DIGEST_BYTES = 32;
const ID_BYTES = 36;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function answerKms() {
  const keys = new Map<string, Key>();

  return jsonService('TrentService', {
    CreateKey: ({ KeyUsage }) => {
      const id = randomUUID();
      keys.set(
        arnOf(id),
        KeyUsage === 'SIGN_VERIFY'
          ? { id, pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
          : { id, material: randomBytes(32) },
      );
      return { KeyMetadata: { KeyId: id, Arn: arnOf(id) } };
    },

    GetPublicKey: (asked) => {
      requireOnly(asked, 'KeyId');
      const { publicKey } = pairOf(asked);
      const der = publicKey.export({ type: 'spki', format: 'der' });
      return { KeyId: asked['KeyId'], PublicKey: der.toString('base64') };
    },

    Sign: (asked) => {
      requireOnly(asked, 'KeyId', 'Message', 'MessageType', 'SigningAlgorithm');
      const digest = bytesIn(asked, 'Message');
      const isKnown = asked['SigningAlgorithm'] === 'ECDSA_SHA_256';
      if (!isKnown || asked['MessageType'] !== 'DIGEST' || digest.length !== DIGEST_BYTES)
        throw new Refusal('ValidationException');
      return { Signature: signDigest(pairOf(asked).privateKey, digest).toString('base64') };
    },

    GenerateDataKey: (asked) => {
      requireOnly(asked, 'KeyId', 'KeySpec', 'EncryptionContext');
      if (asked['KeySpec'] !== 'AES_256') throw new Refusal('ValidationException');
      const plaintext = randomBytes(32);
      return {
        Plaintext: plaintext.toString('base64'),
        CiphertextBlob: wrap(encryptionKeyOf(asked), plaintext, contextOf(asked)).toString(
          'base64',
        ),
      };
    },

    Decrypt: (asked) => {
      requireOnly(asked, 'KeyId', 'CiphertextBlob', 'EncryptionContext');
      const blob = bytesIn(asked, 'CiphertextBlob');
      const key = encryptionKeyOf(asked);
      const id = blob.subarray(0, ID_BYTES).toString('latin1');
      if (!keys.has(arnOf(id))) throw new Refusal('InvalidCiphertextException');
      if (id !== key.id) throw new Refusal('IncorrectKeyException');
      return { Plaintext: unwrap(key, blob, contextOf(asked)).toString('base64') };
    },
  });

  function keyOf(asked: Fields): Key {
    const key = keys.get(textIn(asked, 'KeyId'));
    if (!key) throw new Refusal('NotFoundException');
    return key;
  }

  function pairOf(asked: Fields): NonNullable<Key['pair']> {
    const { pair } = keyOf(asked);
    if (!pair) throw new Refusal('InvalidKeyUsageException');
    return pair;
  }

  function encryptionKeyOf(asked: Fields): Key & { readonly material: Buffer } {
    const key = keyOf(asked);
    if (!key.material) throw new Refusal('InvalidKeyUsageException');
    return { ...key, material: key.material };
  }
}

function arnOf(id: string): string {
  return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
}

// The context is authenticated and not kept: who does not say it again gets nothing.
function contextOf(asked: Fields): Buffer {
  const context = Object.entries((asked['EncryptionContext'] ?? {}) as Record<string, string>);
  if (context.length === 0) throw new Refusal('ValidationException');
  return Buffer.from(JSON.stringify(context.toSorted()));
}

function wrap(
  { id, material }: { readonly id: string; readonly material: Buffer },
  plaintext: Buffer,
  context: Buffer,
): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', material, iv).setAAD(context);
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(id, 'latin1'), iv, text, cipher.getAuthTag()]);
}

function unwrap({ material }: { readonly material: Buffer }, blob: Buffer, context: Buffer) {
  try {
    const iv = blob.subarray(ID_BYTES, ID_BYTES + IV_BYTES);
    const cipher = createDecipheriv('aes-256-gcm', material, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(context).setAuthTag(blob.subarray(-TAG_BYTES));
    const text = blob.subarray(ID_BYTES + IV_BYTES, -TAG_BYTES);
    return Buffer.concat([cipher.update(text), cipher.final()]);
  } catch {
    throw new Refusal('InvalidCiphertextException');
  }
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** ECDSA with P-256 over a digest. Node signs messages only, and KMS is given the digest alone. */
function signDigest(key: KeyObject, digest: Buffer): Buffer {
  const secret = numberOf(Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url'));
  const curve = createECDH('prime256v1');
  const point = curve.generateKeys();
  const nonce = numberOf(curve.getPrivateKey());
  const r = numberOf(point.subarray(1, 1 + DIGEST_BYTES)) % ORDER;
  const s = (inverse(nonce) * (numberOf(digest) + r * secret)) % ORDER;
  const pair = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, pair.length), pair]);
}

// By Fermat: the order is prime.
function inverse(value: bigint): bigint {
  let [result, base, exponent] = [1n, value % ORDER, ORDER - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  const body = isNegative ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, body.length), body]);
}
