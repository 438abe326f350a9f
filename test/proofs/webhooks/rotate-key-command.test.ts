import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { localSecretStore } from '@app/platform/local/stores';
import { SecretReference } from '@app/platform/secrets/secret';
import { folderWith } from '../../platform/test/support/folder.ts';
import { drawSecret } from '@app/platform/webhooks/scheme';
import {
  parseRotateCommand,
  performRotateCommand,
} from '@app/platform/webhooks/rotate-key-command';

const PLATFORM = new URL('../../platform/', import.meta.url);

// Endpoints as modules have them, the second with its keys where no command changes them.
const endpoint = (id: string, keys: string) => `
  import { keysIn } from ${JSON.stringify(new URL('src/webhooks/webhooks.ts', PLATFORM).href)};
  import { specimenEndpoint } from ${JSON.stringify(new URL('test/support/webhook-endpoint.ts', PLATFORM).href)};
  export const endpoint = { ...specimenEndpoint(), id: '${id}', keys: ${keys} };`;
const folder = await folderWith(
  { after },
  {
    'webhook-acme/endpoint.ts': endpoint('acme', "keysIn(new URL('keys.json', import.meta.url))"),
    'webhook-acme/keys.json': '{ "keys": [{ "id": "acme-1", "secretName": "webhooks/acme-1" }] }',
    'webhook-acme/standard-webhooks.md': '# A\n\nText.\n\n## Rotate\n\nPress the\nbutton.\n',
    'webhook-fixed/endpoint.ts': endpoint('fixed', '[]'),
  },
);
const modules = pathToFileURL(`${folder}/`);
const secrets = localSecretStore(join(folder, 'secrets'));

const ask = async () => ({ ok: true, value: '[]' }) as const;

async function said(line: string, input = ''): Promise<string> {
  const command = parseRotateCommand(line.split(' '));
  if (!command) return 'usage';
  const services = { secrets, ask, actor: 'operator:test', input: Readable.from([input]) };
  const result = await performRotateCommand(services, command, modules);
  return result.ok ? result.value : `refused: ${result.error}`;
}

test('an incomplete command does nothing, and a time that has passed is none', () => {
  for (const line of [
    '',
    'acme',
    'acme rotate',
    'acme begin',
    'acme end',
    'acme end --ticket',
    'acme end now --ticket CHG-1',
    'acme end --ticket CHG-1 --generate file',
    'acme end --ticket CHG-1 --at 2020-01-31T12:00:00Z',
    'acme end --ticket CHG-1 --at 2030-02-31T12:00:00Z',
    'acme end --ticket CHG-1 --at tomorrow',
    'acme end --ticket CHG-1 --at 2999-01-31T12:00:00Z --now',
    'acme begin --ticket CHG-1 --now',
    'acme begin --ticket CHG-1 --secret value',
    'acme status --ticket CHG-1',
    'acme toString',
  ])
    assert.equal(parseRotateCommand(line.split(' ')), undefined, line);
});

test('an endpoint is named as it is, and its keys stand where a command may change them', async () => {
  const list = 'There is: acme, fixed.';
  for (const name of ['other', '../webhook-acme', 'acme/../acme', 'Acme'])
    assert.equal(await said(`${name} status`), `refused: There is no such endpoint. ${list}`);
  assert.match(await said('fixed status'), /^refused: The keys of fixed stand in its endpoint\.ts/);
  assert.match(await said('acme status'), /^acme-1: accepted from the beginning; .*: none$/);
});

test('a new secret is in a file of its maker alone, and nowhere else; begun again, it is the same (HOOK-6)', async () => {
  await mkdir(join(folder, 'own'), { mode: 0o700 });
  const file = join(folder, 'own/secret');
  const answer = await said(`acme begin --ticket CHG-1 --generate ${file}`);
  const secret = await readFile(file, 'utf8');
  assert.match(secret, /^whsec_.{44}$/);
  assert.equal((await stat(file)).mode & 0o077, 0);
  assert.ok(!answer.includes(secret));
  assert.match(
    answer,
    /^acme-2: accepted from .*Z\nStill accepted: acme-1\n[^]*Press the\nbutton\.$/,
  );
  assert.equal(await said(`acme begin --ticket CHG-1 --generate ${file}`), answer);
  assert.ok((await secrets.read(new SecretReference('webhooks/acme-2'))).equals(secret));
  const keys = await readFile(join(folder, 'webhook-acme/keys.json'), 'utf8');
  assert.ok(keys.includes('webhooks/acme-2') && !keys.includes(secret));
});

test('a secret comes from standard input, and is in no answer and no list (HOOK-6)', async () => {
  const before = '{ "keys": [{ "id": "acme-1", "secretName": "webhooks/acme-1" }] }';
  await writeFile(join(folder, 'webhook-acme/keys.json'), before);
  const secret = drawSecret('base64', 'whsec_').reveal();
  const answer = await said('acme begin --ticket CHG-1', `${secret}\n`);
  assert.match(answer, /^acme-2: accepted/);
  assert.ok(!answer.includes(secret));
  assert.ok((await secrets.read(new SecretReference('webhooks/acme-2'))).equals(secret));
});
