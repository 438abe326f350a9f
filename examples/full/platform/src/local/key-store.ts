import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign as signWith,
} from 'node:crypto';
import { join } from 'node:path';
import { boundFields, isGoodAt, KEY_ID_BYTES, keyIdOf, verifies } from '../keys/keys.ts';
import type { Bound, RotatingKeyStore } from '../keys/keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { createPrivate, readPrivate, replacePrivate } from './private-file.ts';

const ALGORITHM = 'aes-256-gcm';
const VERSION = Buffer.of(1);
const IV_BYTES = 12;
const TAG_BYTES = 16;
const IV_AT = VERSION.length + KEY_ID_BYTES;
const TEXT_AT = IV_AT + IV_BYTES;

/** Version, key id, nonce, ciphertext, tag. Random nonces are safe for 2^32 messages per key. */
function encryptWith(key: Key, name: string, plaintext: Uint8Array, bound: Bound): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, requireMaterial(key), iv);
  const head = Buffer.concat([VERSION, Buffer.from(key.keyId, 'hex'), iv]);
  cipher.setAAD(boundBytes(head, name, bound));
  return Buffer.concat([head, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function keyIdIn(ciphertext: Uint8Array): string {
  return Buffer.from(ciphertext).subarray(VERSION.length, IV_AT).toString('hex');
}

function decryptWith(
  key: Key,
  name: string,
  ciphertext: Uint8Array,
  bound: Bound,
): Result<Buffer, 'undecipherable'> {
  const bytes = Buffer.from(ciphertext);
  if (bytes.length < TEXT_AT + TAG_BYTES || bytes[0] !== VERSION[0]) return err('undecipherable');
  const head = bytes.subarray(0, TEXT_AT);
  const options = { authTagLength: TAG_BYTES };
  const cipher = createDecipheriv(ALGORITHM, requireMaterial(key), head.subarray(IV_AT), options);
  cipher.setAAD(boundBytes(head, name, bound));
  cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return ok(Buffer.concat([cipher.update(bytes.subarray(TEXT_AT, -TAG_BYTES)), cipher.final()]));
  } catch {
    return err('undecipherable');
  }
}

function requireMaterial({ material }: Key) {
  if (material === undefined) throw new Error('An encryption key without its material.');
  return material;
}

// Authenticate the place: a ciphertext that an attacker copies into another row does not open there. (HOOK-6)
function boundBytes(head: Buffer, name: string, bound: Bound): Buffer {
  return Buffer.from(boundFields([head.toString('hex'), name], bound));
}

type Use = 'sign' | 'encrypt';

/** One generation of a key, as stored. Its successor says how long it stays valid. */
interface KeyFile {
  readonly use: Use;
  readonly keyId: string;
  readonly notBefore: string;
  readonly overlapMs: number;
  readonly publicKey?: string;
  /** Removed when a signing key is rotated: a deleted key cannot be stolen. */
  readonly material?: string;
}

interface Key {
  readonly keyId: string;
  readonly notBefore: Date;
  readonly notAfter?: Date;
  readonly publicKey?: KeyObject;
  readonly material?: KeyObject;
}

const AES_256_BYTES = 32;

function newKeyFile(use: Use, notBefore: Date, overlapMs: number): KeyFile {
  const common = { use, notBefore: notBefore.toISOString(), overlapMs };
  if (use === 'encrypt') {
    const material = randomBytes(AES_256_BYTES).toString('base64');
    return { ...common, keyId: randomBytes(KEY_ID_BYTES).toString('hex'), material };
  }
  const pair = generateKeyPairSync('ed25519');
  const publicDer = pair.publicKey.export({ type: 'spki', format: 'der' });
  const keyId = keyIdOf(publicDer);
  const material = pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  return { ...common, keyId, publicKey: publicDer.toString('base64'), material };
}

function keyOf(file: KeyFile, successor: KeyFile | undefined): Key {
  const { use, keyId, publicKey, material } = file;
  return {
    keyId,
    notBefore: new Date(file.notBefore),
    ...(successor && { notAfter: endOf(successor) }),
    ...(publicKey !== undefined && {
      publicKey: createPublicKey({ key: bytesOf(publicKey), format: 'der', type: 'spki' }),
    }),
    ...(material !== undefined && { material: materialOf(use, material) }),
  };
}

function endOf({ notBefore, overlapMs }: KeyFile): Date {
  return new Date(Date.parse(notBefore) + overlapMs);
}

function materialOf(use: Use, material: string): KeyObject {
  return use === 'encrypt'
    ? createSecretKey(bytesOf(material))
    : createPrivateKey({ key: bytesOf(material), format: 'der', type: 'pkcs8' });
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

// Another process may rotate a key. After this time every process uses the new one.
const REREAD_AFTER_MS = 60_000;

interface Kept {
  readonly keys: readonly [Key, ...Key[]];
  readonly readAt: number;
}

/**
 * Keys in files of mode 0600, one per key and generation: `audit.1.json`, `audit.2.json`. One process creates a
 * generation, once, so that two concurrent rotations lose no key. (HOOK-6)
 */
export function localKeyStore(folder: string, now = Date.now): RotatingKeyStore {
  const kept = new Map<string, Kept>();

  return {
    async sign(name, bytes) {
      const [{ keyId, material }] = await keysOf(name, 'sign');
      if (material === undefined) throw new Error(`The key ${name} has lost its private half.`);
      return { keyId, signature: signWith(null, bytes, material) };
    },

    async verify(name, bytes, { keyId, signature }, at = new Date(now())) {
      const key = await keyNamed(name, 'sign', keyId);
      if (key?.publicKey === undefined || !isGoodAt(key, at)) return false;
      return verifies(key.publicKey, bytes, signature);
    },

    async publicKeys(name) {
      const keys = await keysOf(name, 'sign');
      return keys.flatMap(({ keyId, publicKey, notBefore, notAfter }) =>
        publicKey ? [{ keyId, key: publicKey, notBefore, ...(notAfter && { notAfter }) }] : [],
      );
    },

    async encrypt(name, plaintext, bound) {
      const [key] = await keysOf(name, 'encrypt');
      return encryptWith(key, name, plaintext, bound);
    },

    async decrypt(name, ciphertext, bound) {
      const key = await keyNamed(name, 'encrypt', keyIdIn(ciphertext));
      if (key === undefined) return err('undecipherable');
      return decryptWith(key, name, ciphertext, bound);
    },

    async rotate(name, overlapMs) {
      if (!(overlapMs >= REREAD_AFTER_MS))
        throw new RangeError('The overlap is a minute at least: until then the old key is used.');
      const files = await filesOf(name);
      const [latest] = files;
      if (latest === undefined) throw new Error(`There is no key ${name} to rotate yet.`);
      const next = newKeyFile(latest.use, new Date(now()), overlapMs);
      if (!(await create(name, files.length + 1, next)))
        throw new Error(`Another process rotates the key ${name} right now.`);
      const { material: _, ...publicHalf } = latest;
      if (latest.use === 'sign') await replacePrivate(path(name, files.length), text(publicHalf));
      kept.delete(name);
    },
  };

  async function keyNamed(name: string, use: Use, keyId: string): Promise<Key | undefined> {
    const find = async () => (await keysOf(name, use)).find((key) => key.keyId === keyId);
    const found = await find();
    if (found !== undefined) return found;
    kept.delete(name);
    return find();
  }

  // Newest first: the first key is in use. A purpose without a key gets its first one.
  async function keysOf(name: string, use: Use): Promise<Kept['keys']> {
    const known = kept.get(name);
    if (known && now() - known.readAt < REREAD_AFTER_MS) return known.keys;
    let files = await filesOf(name);
    if (files.length === 0) {
      // Two processes may both try. Both use the file of the first one.
      await create(name, 1, newKeyFile(use, new Date(now()), 0));
      files = await filesOf(name);
    }
    if (files.some((file) => file.use !== use)) throw new Error(`The key ${name} does not ${use}.`);
    const keys = files.map((file, index) => keyOf(file, files[index - 1]));
    const [first, ...rest] = keys;
    if (first === undefined) throw new Error(`The key ${name} could not be created.`);
    kept.set(name, { keys: [first, ...rest], readAt: now() });
    return [first, ...rest];
  }

  async function filesOf(name: string): Promise<readonly KeyFile[]> {
    const files: KeyFile[] = [];
    for (;;) {
      const content = await readPrivate(path(name, files.length + 1));
      if (content === undefined) return files.toReversed();
      files.push(JSON.parse(content) as KeyFile);
    }
  }

  function create(name: string, generation: number, file: KeyFile): Promise<boolean> {
    return createPrivate(path(name, generation), text(file));
  }

  function path(name: string, generation: number): string {
    return join(folder, `${name}.${generation}.json`);
  }
}

function text(file: KeyFile): string {
  return `${JSON.stringify(file)}\n`;
}
