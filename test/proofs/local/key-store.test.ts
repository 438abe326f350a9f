import assert from 'node:assert/strict';
import { readdir, chmod, readFile, rename, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { encryptionKey, signingKey } from '@app/platform/keys/keys';
import { localKeyStore } from '@app/platform/local/key-store';
import { folderWith } from '../../platform/test/support/folder.ts';
import type { KeysUnderTest } from '../contracts/key-store.ts';
import { keyStoreContract } from '../contracts/key-store.ts';

// The id of the key follows one byte for the version of the format.
const keyIdIn = (ciphertext: Uint8Array) => Buffer.from(ciphertext).subarray(1, 9).toString('hex');

const MINUTE_MS = 60_000;

keyStoreContract('local', async () => {
  let clock = Date.now();
  const store = localKeyStore(await folder(), () => clock);
  const rotate: KeysUnderTest['rotate'] = async (key, overlapMs) => {
    await store.rotate(key, overlapMs);
    return store;
  };
  return { store, rotate, advance: (ms) => void (clock += ms) };
});

const audit = signingKey('audit');
const TEXT = Buffer.from('text');

async function folder(): Promise<string> {
  return join(await folderWith({ after }, {}), 'keys');
}

test('of many that start at the same time, all use one key', async () => {
  const path = await folder();
  const signed = await Promise.all(
    Array.from({ length: 8 }, () => localKeyStore(path).sign(audit, TEXT)),
  );
  assert.equal(new Set(signed.map(({ keyId }) => keyId)).size, 1);
  assert.deepEqual(await readdir(path), ['audit.1.json']);
});

test('another process signs with the new key a minute later, and verifies at once', async () => {
  const path = await folder();
  let clock = Date.now();
  const [one, other] = [localKeyStore(path, () => clock), localKeyStore(path, () => clock)];
  const old = await other.sign(audit, TEXT);
  await one.rotate(audit, MINUTE_MS);
  const fresh = await one.sign(audit, TEXT);
  assert.ok(await other.verify(audit, TEXT, fresh));
  clock += MINUTE_MS;
  const { keyId } = await other.sign(audit, TEXT);
  assert.equal(keyId, fresh.keyId);
  assert.notEqual(keyId, old.keyId);
});

test('a rotated key encrypts nothing more (HOOK-6)', async () => {
  const store = localKeyStore(await folder());
  const rows = encryptionKey('rows');
  const encrypt = async () => keyIdIn(await store.encrypt(rows, TEXT, ['row:1']));
  const old = await encrypt();
  await store.rotate(rows, MINUTE_MS);
  assert.notEqual(await encrypt(), old);
});

test('an overlap shorter than other processes need is refused', async () => {
  const store = localKeyStore(await folder());
  await store.sign(audit, TEXT);
  for (const overlap of [0, MINUTE_MS - 1, Number.NaN])
    await assert.rejects(store.rotate(audit, overlap), /a minute at least/);
});

const POSIX = process.platform !== 'win32';

test('keys are in files that only their owner reads (HOOK-6)', { skip: !POSIX }, async () => {
  const path = await folder();
  await localKeyStore(path).sign(audit, TEXT);
  assert.equal((await stat(path)).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(path), ['audit.1.json']);
  assert.equal((await stat(join(path, 'audit.1.json'))).mode & 0o777, 0o600);
});

test('a folder that others could write to is not used (HOOK-6)', { skip: !POSIX }, async () => {
  const path = await folder();
  await localKeyStore(path).sign(audit, TEXT);
  await chmod(path, 0o777);
  await assert.rejects(localKeyStore(path).sign(audit, TEXT), /can be changed by others/);
});

test('a link in the place of a key is not followed (HOOK-6)', { skip: !POSIX }, async () => {
  const path = await folder();
  await localKeyStore(path).sign(audit, TEXT);
  await rename(join(path, 'audit.1.json'), join(path, 'elsewhere'));
  await symlink('elsewhere', join(path, 'audit.1.json'));
  await assert.rejects(localKeyStore(path).sign(audit, TEXT), /not followed/);
});

test('a rotation destroys the private half of the old key (HOOK-6)', async () => {
  const path = await folder();
  const store = localKeyStore(path);
  await store.sign(audit, TEXT);
  await store.rotate(audit, MINUTE_MS);
  const [old, fresh] = await Promise.all(
    ['audit.1.json', 'audit.2.json'].map(async (name) =>
      JSON.parse(await readFile(join(path, name), 'utf8')),
    ),
  );
  assert.equal(old.material, undefined);
  assert.ok(old.publicKey);
  assert.ok(fresh.material);
});
