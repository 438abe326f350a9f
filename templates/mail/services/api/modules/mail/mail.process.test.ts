import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../../../../platform/test/support/environment.ts';
import { folderWith } from '../../../../platform/test/support/folder.ts';
import { readCommandConfig } from '../../config.ts';

const program = fileURLToPath(new URL('../../command.ts', import.meta.url));
const folder = await folderWith({ after }, {});

function run(...argv: readonly string[]) {
  const env = { ...bareEnvironment(), DATA_FOLDER: folder };
  const command = [...process.execArgv, program, 'mail', ...argv];
  return spawnSync(process.execPath, command, { env, encoding: 'utf8' });
}

test('a mail to try is written where a developer reads it', async () => {
  const { status, stderr } = run('try', 'zoe@example.com');
  assert.equal(status, 0, stderr);
  const [name = ''] = await readdir(join(folder, 'mail'));
  const { to, subject } = JSON.parse(await readFile(join(folder, 'mail', name), 'utf8'));
  assert.deepEqual([to, subject], ['zoe@example.com', 'A mail to try']);
});

test('a command that is incomplete sends nothing', async () => {
  for (const argv of [[], ['try'], ['try', 'zoe'], ['send', 'zoe@example.com']])
    assert.match(run(...argv).stderr, /^npm run mail -- try <address>/);
  assert.equal((await readdir(join(folder, 'mail'))).length, 1);
});

test('mail comes from one address', () => {
  for (const MAIL_FROM of ['no-reply', 'a@example.com, b@example.com', 'Zoë <a@example.com>']) {
    const config = readCommandConfig({ MAIL_FROM });
    assert.match(config.ok ? '' : config.error.join(), /^MAIL_FROM must be the address/, MAIL_FROM);
  }
});
