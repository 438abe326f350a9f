import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SecretReference } from '@app/platform/secrets/secret';
import { folderWith } from '../../platform/test/support/folder.ts';
import { secretStoreContract } from '../contracts/secret-store.ts';
import { localSecretStore } from '@app/platform/local/stores';

async function folder(): Promise<string> {
  return join(await folderWith({ after }, {}), 'secrets');
}

secretStoreContract('local', async () => localSecretStore(await folder()));

const reference = new SecretReference('payments/key');

test('what is missing says how to set it, and nothing is made by looking', async () => {
  const path = await folder();
  await assert.rejects(
    localSecretStore(path).read(reference),
    /npm run secrets -- set payments\/key/,
  );
  await assert.rejects(stat(path), /ENOENT/);
});
