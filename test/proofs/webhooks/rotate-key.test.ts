import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { performOperatorCommand } from '@app/platform/commands/operator-command';
import type { WritableSecretStore } from '@app/platform/secrets/secret';
import { Secret, SecretReference } from '@app/platform/secrets/secret';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import {
  messageOf,
  receiverOf,
  specimenEndpoint,
} from '../../platform/test/support/webhook-endpoint.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { drawSecret } from '@app/platform/webhooks/scheme';
import { sign } from '@app/platform/webhooks/standard-webhooks';
import { keysIn } from '@app/platform/webhooks/webhooks';
import type { TestApp } from '../../test/support/build-app.ts';
import { modules } from '../../services/api/modules.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents } from '../../test/support/tables.ts';
import type { Rotating } from '@app/platform/webhooks/rotate-key';
import {
  beginRotation,
  disableEndpoint,
  endRotation,
  rotationStatus,
} from '@app/platform/webhooks/rotate-key';

const MINUTE_MS = 60_000;
const ticket = 'CHG-1';
const actor = 'operator:test';

const folder = await folderWith({ after }, {});
const keysFile = keysIn(pathToFileURL(join(folder, 'keys.json')));
const stored = memorySecrets();
const [FIRST, SECOND] = ['specimen-1', 'specimen-2'].map((id) => ({
  id,
  secret: drawSecret('base64', 'whsec_'),
})) as [WebhookKey, WebhookKey];

let service: TestApp;
let rotating: Rotating;
let now = Date.now();
let sent = 0;
before(async () => {
  service = await openTestApp({ database: await openTestDatabase() });
});
after(() => service.close());
beforeEach(async () => {
  now = Date.now();
  writeFileSync(
    keysFile.file,
    '{ "keys": [{ "id": "specimen-1", "secretName": "webhooks/specimen-1" }] }',
  );
  await stored.set(new SecretReference('webhooks/specimen-1'), FIRST.secret);
  await service.database.ownerTransaction('test', (tx) =>
    tx.sql.deleteFrom('webhook_delivery' as never).execute(),
  );
  rotating = {
    endpoint: specimen(),
    secrets: stored,
    actor,
    ask: (command) => performOperatorCommand(service, modules, { name: 'webhooks', command }),
    now: () => now,
  };
});

function specimen() {
  return {
    ...specimenEndpoint({ keys: keysFile }),
    keys: keysFile,
  } as never as Rotating['endpoint'];
}

const begin = (secret = SECOND.secret, by = rotating) =>
  beginRotation(by, { ticket, secret: async () => secret });
const end = (given: Partial<Parameters<typeof endRotation>[1]> = {}, by = rotating) =>
  endRotation(by, { ticket, atOnce: false, ...given });

// A service that runs through all of it, on the clock of the test.
async function receiving() {
  const { database, keys } = service;
  const secrets = stored;
  const endpoint = specimenEndpoint({ keys: keysFile });
  const receiver = await receiverOf(endpoint, { database, keys, secrets, now: () => now });
  return async (...signers: readonly WebhookKey[]) => {
    sent += 1;
    const id = `evt-${sent}`;
    const delivery = messageOf(id, { at: now });
    const message = { id, at: new Date(now), body: delivery.body };
    const headers = new Map(Object.entries(sign(message, signers)).map(([k, v]) => [k, [v]]));
    return (await receiver.receive({ ...delivery, headers })).kind;
  };
}

// A minute in which nobody sends; the first look after it reads the keys again.
async function aMinute(send: (...keys: readonly WebhookKey[]) => Promise<string>, by: WebhookKey) {
  now += MINUTE_MS;
  await send(by);
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

test('what both keys have signed counts for the new one (CHECK-10)', async () => {
  assert.ok((await begin()).ok);
  const send = await receiving();
  assert.equal(await send(FIRST, SECOND), 'accepted');
  assert.match(
    told(await rotationStatus(rotating)),
    /specimen-1.*: none\n.*specimen-2.*: 1, the last at/,
  );
  assert.ok((await end()).ok);
  const ended = keysFile.read();
  now += 60 * MINUTE_MS;
  assert.ok((await end()).ok);
  assert.deepEqual(keysFile.read(), ended);
});

test('it goes on where it was interrupted, and what is done twice is done once (CHECK-10)', async () => {
  // The secret was stored, and the process died.
  await stored.set(new SecretReference('webhooks/specimen-2'), drawSecret('base64', 'whsec_'));
  assert.ok((await begin()).ok);
  const once = keysFile.read();
  assert.deepEqual(told(await begin()), told(await begin()));
  assert.deepEqual(keysFile.read(), once);
  assert.ok(
    (await stored.read(new SecretReference('webhooks/specimen-2'))).equals(SECOND.secret.reveal()),
  );
  assert.match(
    told(await begin(drawSecret('base64', 'whsec_'))),
    /^refused: A rotation to specimen-2/,
  );

  assert.ok((await end({ atOnce: true })).ok);
  const ended = keysFile.read();
  now += MINUTE_MS;
  assert.ok((await end({ atOnce: true })).ok);
  assert.deepEqual(keysFile.read(), ended);
  assert.ok((await begin(drawSecret('base64', 'whsec_'))).ok);
  assert.equal(keysFile.read().at(-1)?.id, 'specimen-3');
});

test('a secret that is used already, or proves nothing, begins nothing (HOOK-1)', async () => {
  const keys = keysFile.read();
  assert.match(told(await begin(FIRST.secret)), /^refused: That is the secret of specimen-1/);
  for (const secret of ['', 'short', 'x'.repeat(40)])
    await assert.rejects(begin(new Secret(secret)), TypeError);
  assert.deepEqual(keysFile.read(), keys);
});

test('an endpoint that is disabled believes nobody until the next key begins (HOOK-1)', async () => {
  const send = await receiving();
  assert.ok((await disableEndpoint(rotating, { ticket })).ok);
  assert.ok((await disableEndpoint(rotating, { ticket })).ok);
  await aMinute(send, FIRST);
  assert.equal(await send(FIRST), 'disabled');
  assert.ok((await begin()).ok);
  await aMinute(send, SECOND);
  assert.equal(await send(SECOND), 'accepted');
  assert.equal(await send(FIRST), 'unproven');
});

test('each change is on record before it happens, with its ticket, and its failure after (OBS-1)', async () => {
  const count = (await auditEvents(service)).length;
  assert.match(
    told(await begin(SECOND.secret, { ...rotating, ask: refusing })),
    /^refused: not today/,
  );
  await assert.rejects(
    begin(SECOND.secret, { ...rotating, secrets: { ...stored, set: failing } }),
    /no space/,
  );
  assert.equal(keysFile.read().length, 1);
  assert.ok((await begin()).ok);
  assert.ok((await end({ atOnce: true })).ok);
  const noted = (await auditEvents(service))
    .slice(count)
    .filter(({ action }) => action.includes('-key'));
  assert.deepEqual(
    noted.map(({ action, outcome, detail }) => [action, outcome, detail]),
    [
      ['Webhooks::Action::"begin-key"', 'success', { keys: 'specimen-2', ticket }],
      ['Webhooks::Action::"begin-key"', 'failure', { keys: 'specimen-2', ticket }],
      ['Webhooks::Action::"begin-key"', 'success', { keys: 'specimen-2', ticket }],
      ['Webhooks::Action::"end-key"', 'success', { keys: 'specimen-1', ticket }],
    ],
  );
  assert.ok(!JSON.stringify(noted).includes(SECOND.secret.reveal()));
});

// Answers at once, so that a minute of the test's clock is no wait for a disk.
function memorySecrets(): WritableSecretStore {
  const held = new Map<string, Secret>();
  return {
    read: async ({ name }) => held.get(name) ?? assert.fail(`The secret ${name} is not set.`),
    set: async ({ name }, secret) => void held.set(name, secret),
  };
}

const refusing: Rotating['ask'] = async () => ({ ok: false, error: 'not today' });

async function failing(): Promise<never> {
  throw new Error('no space');
}

function told(result: { ok: true; value: string } | { ok: false; error: string }): string {
  return result.ok ? result.value : `refused: ${result.error}`;
}
