import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../../platform/test/support/environment.ts';
import { folderWith } from '../../platform/test/support/folder.ts';

const folder = await folderWith({ after }, {});
const program = fileURLToPath(new URL('../../services/api/command.ts', import.meta.url));

function run(...argv: readonly string[]) {
  const env = { ...bareEnvironment(), DATA_FOLDER: folder };
  const command = [...process.execArgv, program, 'rotate-webhook-key', ...argv];
  return spawnSync(process.execPath, command, { env, encoding: 'utf8' });
}

test('bad usage ends with 2, and a refusal with 1', async () => {
  const usage = run('acme');
  assert.equal(usage.status, 2);
  assert.match(usage.stderr, /^npm run rotate-webhook-key/);
  const unknown = run('no-such-endpoint', 'status');
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /^There is no such endpoint\. There is: [a-z, -]+\.\n$/);
});
