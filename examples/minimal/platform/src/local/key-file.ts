import type { KeyObject } from 'node:crypto';
import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { KEY_ID_BYTES, keyIdOf } from '../key-id.ts';

export type Use = 'sign' | 'encrypt';

/** One key as it is kept. Its successor says for how long it is still good. */
export interface KeyFile {
  readonly use: Use;
  readonly keyId: string;
  readonly notBefore: string;
  readonly overlapMs: number;
  readonly publicKey?: string;
  /** Absent once a signing key was rotated: what is gone cannot be stolen. */
  readonly material?: string;
}

export interface Key {
  readonly keyId: string;
  readonly notBefore: Date;
  readonly notAfter?: Date;
  readonly publicKey?: KeyObject;
  readonly material?: KeyObject;
}

const AES_256_BYTES = 32;

export function newKeyFile(use: Use, notBefore: Date, overlapMs: number): KeyFile {
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

export function keyOf(file: KeyFile, successor: KeyFile | undefined): Key {
  const { use, keyId, publicKey, material } = file;
  return {
    keyId,
    notBefore: new Date(file.notBefore),
    ...(successor && { notAfter: endOf(successor) }),
    ...(publicKey !== undefined && {
      publicKey: createPublicKey({ key: bytes(publicKey), format: 'der', type: 'spki' }),
    }),
    ...(material !== undefined && { material: materialOf(use, material) }),
  };
}

function endOf({ notBefore, overlapMs }: KeyFile): Date {
  return new Date(Date.parse(notBefore) + overlapMs);
}

function materialOf(use: Use, material: string): KeyObject {
  return use === 'encrypt'
    ? createSecretKey(bytes(material))
    : createPrivateKey({ key: bytes(material), format: 'der', type: 'pkcs8' });
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
