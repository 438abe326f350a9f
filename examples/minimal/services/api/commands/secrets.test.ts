import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SecretReference } from '@app/platform/secrets';
import { folderWith } from '@app/platform/testing/folder';
import { localStores } from '../stores.ts';

const COMMAND = fileURLToPath(new URL('secrets.ts', import.meta.url));
const DATA_FOLDER = await folderWith({ after }, {});
const { secrets } = localStores(DATA_FOLDER);

function run(args: readonly string[], input: string) {
  const env = { DATA_FOLDER };
  return spawnSync(process.execPath, [COMMAND, ...args], { env, input, encoding: 'utf8' });
}

test('a secret comes from standard input, and is never printed (HOOK-6)', async () => {
  const value = randomBytes(16).toString('hex');
  const { status, stdout, stderr } = run(['set', 'payments/key'], `${value}\n`);
  assert.deepEqual([status, stdout, stderr], [0, 'Set payments/key.\n', '']);
  assert.ok((await secrets.read(new SecretReference('payments/key'))).equals(value));
});

test('a secret is no argument: every process can list those (HOOK-6)', () => {
  const value = randomBytes(16).toString('hex');
  const { status, stdout, stderr } = run(['set', 'other', value], '');
  assert.equal(status, 1);
  assert.ok(!`${stdout}${stderr}`.includes(value));
  assert.deepEqual(readdirSync(`${DATA_FOLDER}/secrets`), ['payments.key']);
});
