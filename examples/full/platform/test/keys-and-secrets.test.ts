import assert from 'node:assert/strict';
import { chmod, rename, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import { encryptionKey, signingKey } from '../src/keys/keys.ts';
import { localKeyStore } from '../src/local/key-store.ts';
import { localSecretStore } from '../src/local/stores.ts';
import { Secret, SecretReference } from '../src/secrets/secret.ts';
import { folderWith } from './support/folder.ts';

const [audit, rows] = [signingKey('audit'), encryptionKey('rows')];
const token = new SecretReference('payments/key');
const TEXT = Buffer.from('text');

const VALUE = 'correct-horse-battery-staple';
const secret = new Secret(VALUE);

const POSIX = process.platform !== 'win32';

const waysOut: Record<string, () => unknown> = {
  'a template literal': () => `${secret}`,
  'JSON.stringify': () => JSON.stringify({ nested: [secret] }),
  'util.inspect': () => inspect({ nested: secret }, { depth: null, showHidden: true }),
  'util.format %o': () => format('%o', secret),
  structuredClone: () => inspect(structuredClone(secret), { showHidden: true }),
  'v8.serialize': () => serialize(secret).toString('latin1'),
};

for (const [way, out] of Object.entries(waysOut)) {
  test(`a secret does not leave through ${way} (HOOK-6)`, () => {
    const text = out();
    assert.equal(typeof text, 'string');
    assert.ok(!String(text).includes(VALUE));
  });
}

test('no operator compares a secret: it would compare the mask (HOOK-6)', () => {
  const untyped: unknown = secret;
  for (const compare of [
    () => (untyped as number) < 1,
    () => VALUE <= (untyped as string),
    () => (untyped as string) + '' === VALUE,
    () => +(untyped as number),
  ]) {
    assert.throws(compare, /compared with equals/);
  }
});

test('a signature of a local key verifies for its text and purpose alone (HOOK-6)', async () => {
  const store = localKeyStore(await folder('keys'));
  const signed = await store.sign(audit, TEXT);
  assert.ok(await store.verify(audit, TEXT, signed));
  assert.ok(!(await store.verify(audit, Buffer.from('next'), signed)));
  assert.ok(!(await store.verify(audit, TEXT, { ...signed, signature: Buffer.alloc(64) })));
  const other = signingKey('other');
  await store.sign(other, TEXT);
  assert.ok(!(await store.verify(other, TEXT, signed)));
});

test('a ciphertext of a local key opens unchanged, and in its own place alone (HOOK-6)', async () => {
  const store = localKeyStore(await folder('keys'));
  const ciphertext = await store.encrypt(rows, TEXT, ['tenant:acme', 'row:1']);
  const opens = async (bytes: Uint8Array, row: string) =>
    (await store.decrypt(rows, bytes, ['tenant:acme', row])).ok;
  assert.ok(await opens(ciphertext, 'row:1'));
  assert.ok(!(await opens(ciphertext, 'row:2')));
  for (const place of ciphertext.keys()) {
    const changed = Buffer.from(ciphertext);
    changed[place] = (changed[place] ?? 0) ^ 1;
    assert.ok(!(await opens(changed, 'row:1')), `byte ${place}`);
  }
  await assert.rejects(store.encrypt(rows, TEXT, ['']), /bound to something/);
});

test('a key that others could read is not used (HOOK-6)', { skip: !POSIX }, async () => {
  for (const mode of [0o640, 0o604, 0o660]) {
    const path = await folder('keys');
    await localKeyStore(path).sign(audit, TEXT);
    await chmod(join(path, 'audit.1.json'), mode);
    await assert.rejects(localKeyStore(path).sign(audit, TEXT), /can be read by others/);
  }
});

test('secrets are in files that only their owner reads (HOOK-6)', { skip: !POSIX }, async () => {
  const path = await folder('secrets');
  const store = localSecretStore(path);
  await store.set(token, new Secret('value'));
  const file = join(path, 'payments.key');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await chmod(file, 0o644);
  await assert.rejects(store.read(token), /can be read by others/);
  await chmod(file, 0o600);
  await rename(file, join(path, 'elsewhere'));
  await symlink('elsewhere', file);
  await assert.rejects(store.read(token), /not followed/);
});

async function folder(name: string): Promise<string> {
  return join(await folderWith({ after }, {}), name);
}
