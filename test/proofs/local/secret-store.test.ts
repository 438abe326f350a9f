import assert from 'node:assert/strict';
import { chmod, rename, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Secret, SecretReference } from '@app/platform/secrets/secret';
import { folderWith } from '../../platform/test/support/folder.ts';
import { secretStoreContract } from '../contracts/secret-store.ts';
import { localSecretStore } from '@app/platform/local/stores';

const POSIX = process.platform !== 'win32';

async function folder(): Promise<string> {
  return join(await folderWith({ after }, {}), 'secrets');
}

secretStoreContract('local', async () => localSecretStore(await folder()));

const reference = new SecretReference('payments/key');

test('secrets are in files that only their owner reads (HOOK-6)', { skip: !POSIX }, async () => {
  const path = await folder();
  const store = localSecretStore(path);
  await store.set(reference, new Secret('value'));
  const file = join(path, 'payments.key');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await chmod(file, 0o644);
  await assert.rejects(store.read(reference), /can be read by others/);
  await chmod(file, 0o600);
  await rename(file, join(path, 'elsewhere'));
  await symlink('elsewhere', file);
  await assert.rejects(store.read(reference), /not followed/);
});

test('what is missing says how to set it, and nothing is made by looking', async () => {
  const path = await folder();
  await assert.rejects(
    localSecretStore(path).read(reference),
    /npm run secrets -- set payments\/key/,
  );
  await assert.rejects(stat(path), /ENOENT/);
});
