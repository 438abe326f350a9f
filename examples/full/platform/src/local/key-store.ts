import { sign as signWith } from 'node:crypto';
import { join } from 'node:path';
import { isGoodAt } from '../key-window.ts';
import type { RotatingKeyStore } from '../keys.ts';
import { err } from '../result.ts';
import { verifies } from '../signature.ts';
import { decryptWith, encryptWith, keyIdOf } from './cipher.ts';
import type { Key, KeyFile, Use } from './key-file.ts';
import { keyOf, newKeyFile } from './key-file.ts';
import { createPrivate, readPrivate, replacePrivate } from './private-file.ts';

// Another process may rotate: it takes this long until every process uses the new key.
const REREAD_AFTER_MS = 60_000;

interface Kept {
  readonly keys: readonly [Key, ...Key[]];
  readonly readAt: number;
}

/**
 * Keys in files of 0600, one a key and generation: `audit.1.json`, `audit.2.json`. A generation is
 * created once and by one process, so that two which rotate at the same time lose no key. (HOOK-6)
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
      const key = await keyNamed(name, 'encrypt', keyIdOf(ciphertext));
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

  // The newest first: that is the one in use. A purpose that has no key yet gets its first one.
  async function keysOf(name: string, use: Use): Promise<Kept['keys']> {
    const known = kept.get(name);
    if (known && now() - known.readAt < REREAD_AFTER_MS) return known.keys;
    let files = await filesOf(name);
    if (files.length === 0) {
      // Two processes may both try: what one of them has written counts for both.
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
