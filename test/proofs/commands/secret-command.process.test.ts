import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { signingKey } from '@app/platform/keys/keys';
import { SecretReference } from '@app/platform/secrets/secret';
import { folderWith } from '../../platform/test/support/folder.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents } from '../../test/support/tables.ts';
import { localStores } from '@app/platform/local/stores';
import { performOperatorCommand } from '@app/platform/commands/operator-command';
import type { Changing } from '@app/platform/commands/secrets';
import { changeSecret } from '@app/platform/commands/secrets';

const DEMO = signingKey('demo');

let service: TestApp;
const stores = localStores(await folderWith({ after }, {}));
before(async () => {
  service = await openTestApp();
  await stores.keys.publicKeys(DEMO);
});
after(() => service.close());

const note: Changing['note'] = (what) =>
  performOperatorCommand(service, [], {
    name: 'secrets',
    command: { ...what, actor: 'operator:test' },
  });

// As the command does it, beside a service that runs.
function run(argv: string, input = '', by: Partial<Changing> = {}) {
  return changeSecret({ ...stores, input: Readable.from([input]), note, ...by }, argv.split(' '));
}

async function noted(): Promise<readonly unknown[]> {
  const events = await auditEvents(service);
  return events.map(({ action, outcome, resource, actor }) =>
    [action, outcome, resource, actor].join(' '),
  );
}

async function isSet(name: string, value: string): Promise<boolean> {
  const secret = await stores.secrets.read(new SecretReference(name)).catch(() => undefined);
  return secret !== undefined && secret.equals(value);
}

async function keysOfDemo(): Promise<number> {
  return (await stores.keys.publicKeys(DEMO)).length;
}

test('a secret comes from standard input, and is never printed (HOOK-6)', async () => {
  const value = randomBytes(16).toString('hex');
  assert.deepEqual(await run('set payments/key', `${value}\n`), {
    ok: true,
    value: 'Set payments/key.',
  });
  assert.ok(await isSet('payments/key', value));
  assert.ok(!JSON.stringify(await auditEvents(service)).includes(value));
});

test('a secret is no argument: every process can list those (HOOK-6)', async () => {
  const value = randomBytes(16).toString('hex');
  const command = fileURLToPath(new URL('../../services/api/command.ts', import.meta.url));
  const folder = await folderWith({ after }, {});
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, 'secrets', 'set', 'other', value],
    {
      env: { DATA_FOLDER: folder },
      input: '',
      encoding: 'utf8',
    },
  );
  assert.equal(status, 1);
  assert.match(stderr, /standard input/);
  assert.ok(!`${stdout}${stderr}`.includes(value));
  assert.ok(!existsSync(`${folder}/secrets`));
});

test('who set a secret or rotated a key is on record (OBS-1)', async () => {
  const count = (await noted()).length;
  await run('set on-record', 'value');
  assert.deepEqual(await run('rotate demo'), { ok: true, value: 'Rotated demo.' });
  assert.equal(await keysOfDemo(), 2);
  assert.deepEqual((await noted()).slice(count), [
    'secret.set success secret:on-record operator:test',
    'key.rotate success key:demo operator:test',
  ]);
});

test('it is on record before it happens, and its failure after (OBS-1)', async () => {
  const count = (await noted()).length;
  await assert.rejects(run('rotate nothing'), /no key nothing/);
  await assert.rejects(run('set empty', '\n'), /empty secret/);
  assert.deepEqual((await noted()).slice(count), [
    'key.rotate success key:nothing operator:test',
    'key.rotate failure key:nothing operator:test',
    'secret.set success secret:empty operator:test',
    'secret.set failure secret:empty operator:test',
  ]);
});

test('an incomplete command changes nothing, and is not on record', async () => {
  const count = (await noted()).length;
  for (const argv of ['', 'set', 'rotate', 'read payments/key', 'rotate demo now'])
    assert.equal((await run(argv)).ok, false, argv);
  await assert.rejects(run('set ../key', 'value'), /named like/);
  assert.equal((await noted()).length, count);
});
