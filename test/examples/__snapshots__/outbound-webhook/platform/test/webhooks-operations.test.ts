import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp } from '../../test/support/open-app.ts';
import { breakAudit, mendAudit } from '../../test/support/tables.ts';
import { performOperatorCommand } from '../src/commands/operator-command.ts';
import { attempt } from '../src/jobs/attempt.ts';
import type { Secret, WritableSecretStore } from '../src/secrets/secret.ts';
import { SecretReference } from '../src/secrets/secret.ts';
import { webhooks } from '../src/webhooks/module.ts';
import { replayDelivery, showDelivery } from '../src/webhooks/operate.ts';
import type { Rotating } from '../src/webhooks/rotate-key.ts';
import { beginRotation, disableEndpoint, endRotation } from '../src/webhooks/rotate-key.ts';
import type { WebhookKey } from '../src/webhooks/scheme.ts';
import { drawSecret } from '../src/webhooks/scheme.ts';
import { sign } from '../src/webhooks/standard-webhooks.ts';
import type { Endpoint } from '../src/webhooks/webhooks.ts';
import { keysIn, webhookJob } from '../src/webhooks/webhooks.ts';
import { openTestDatabase } from './support/database.ts';
import { folderWith } from './support/folder.ts';
import { asOwner, claim, effects, NEVER } from './support/jobs.ts';
import {
  BODY,
  forgetWebhooks,
  messageOf,
  notedSince,
  openWebhooksDatabase,
  receiverOf,
  specimenEndpoint,
  testKeyStore,
} from './support/webhook-endpoint.ts';

const database = await openWebhooksDatabase();
const keys = testKeyStore();
after(() => database.close());
beforeEach(() => forgetWebhooks(database));

async function work<Payload>(endpoint: Endpoint<Payload>): Promise<readonly string[]> {
  const job = webhookJob(endpoint);
  const claimed = await claim(database, job.kind);
  const outcomes = claimed.map((one) => attempt(database, job, { database, keys }, one, NEVER));
  return (await Promise.all(outcomes)).map(({ kind }) => kind);
}

async function firstId(): Promise<bigint> {
  const { rows } = await asOwner(
    database,
    sql<{ id: bigint }>`select id from webhook_delivery order by id`,
  );
  return rows[0]?.id ?? 0n;
}

const replay = (id: bigint) =>
  database.operatorTransaction('test', (tx) =>
    replayDelivery(tx, { id, actor: 'operator:test', ticket: 'OPS-1' }),
  );

const modules = [webhooks];
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
  service = await openApp({ database: await openTestDatabase(), modules });
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

test('what was sent is kept byte for byte, encrypted, and read on record (HOOK-5)', async () => {
  const { receive } = await receiverOf(specimenEndpoint(), { database, keys });
  const body = Buffer.from([0, 255, 254, ...Buffer.from(BODY)]).toString('latin1');
  const delivery = messageOf('evt-1', { body });
  await receive(delivery);
  const id = await firstId();
  const shown = await showDelivery({ database, keys }, 'operator:test', id);
  assert.deepEqual(shown?.raw.body, Buffer.from(delivery.body));
  assert.deepEqual(shown?.raw.headers, Object.fromEntries(delivery.headers));
  assert.equal(shown?.raw.url, delivery.url.href);
  assert.deepEqual([shown?.id, shown?.body], ['evt-1', shown?.raw.body]);
  const { rows } = await asOwner(
    database,
    sql<{ sealed: Buffer }>`select sealed from webhook_delivery`,
  );
  assert.ok(!rows[0]?.sealed.includes('thing.changed'));
  const [, event, ...more] = await notedSince(database);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [event?.action, event?.actor, event?.resource],
    ['Webhooks::Action::"read"', 'operator:test', `webhook-delivery:${id}`],
  );
});

test('what is kept of one delivery opens for no other and no other endpoint (HOOK-5)', async () => {
  const { receive } = await receiverOf(specimenEndpoint(), { database, keys });
  await receive(messageOf('evt-1'));
  const id = await firstId();
  await asOwner(database, sql`update webhook_delivery set dedupe_key = 'id:evt-2'`);
  await assert.rejects(showDelivery({ database, keys }, 'operator:test', id));
  await asOwner(database, sql`update webhook_delivery set dedupe_key = 'id:evt-1'`);
  assert.ok(await showDelivery({ database, keys }, 'operator:test', id));
  await asOwner(database, sql`update webhook_data_key set endpoint = 'other'`);
  await asOwner(database, sql`update webhook_delivery set endpoint = 'other'`);
  await assert.rejects(showDelivery({ database, keys }, 'operator:test', id));
});

test('a replay calls the handler once more, and one that waits is not doubled (HOOK-5)', async () => {
  const endpoint = specimenEndpoint();
  const { receive } = await receiverOf(endpoint, { database, keys });
  await receive(messageOf('evt-1'));
  const id = await firstId();
  assert.deepEqual(await replay(id), { ok: false, error: 'under-way' });
  assert.deepEqual(await work(endpoint), ['done']);
  const replays = await Promise.all([replay(id), replay(id), replay(id)]);
  assert.equal(replays.filter(({ ok }) => ok).length, 1);
  assert.deepEqual(await work(endpoint), ['done']);
  assert.deepEqual(await effects(database), [id, id]);
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

// The receiver runs during the whole rotation, on the clock of the test.
async function receiving() {
  const endpoint = specimenEndpoint({ keys: keysFile });
  const receiver = await receiverOf(endpoint, { ...service, secrets: stored, now: () => now });
  return async (...signers: readonly WebhookKey[]) => {
    sent += 1;
    const id = `evt-${sent}`;
    const delivery = messageOf(id, { at: now });
    const message = { id, at: new Date(now), body: delivery.body };
    const headers = new Map(Object.entries(sign(message, signers)).map(([k, v]) => [k, [v]]));
    return (await receiver.receive({ ...delivery, headers })).kind;
  };
}

// One minute without deliveries. The first delivery after it makes the receiver read the keys again.
async function aMinute(send: (...keys: readonly WebhookKey[]) => Promise<string>, by: WebhookKey) {
  now += MINUTE_MS;
  await send(by);
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

test('a drill: old key, both, new key, and not one legitimate delivery is refused (CHECK-10)', async () => {
  const send = await receiving();
  assert.equal(await send(FIRST), 'accepted');
  assert.equal(await send(SECOND), 'unproven');

  assert.ok((await begin()).ok);
  await aMinute(send, FIRST);
  // Before, while and after the sender changes over.
  for (const signers of [[FIRST], [FIRST, SECOND], [SECOND, FIRST], [SECOND]])
    assert.equal(await send(...signers), 'accepted');

  await elapse();
  const until = new Date(now + 24 * 60 * MINUTE_MS);
  assert.match(
    told(await end()),
    new RegExp(`specimen-1: .* until ${until.toISOString().slice(0, 19)}Z`),
  );
  await aMinute(send, SECOND);
  assert.equal(await send(FIRST), 'accepted');
  now = until.getTime();
  assert.equal(await send(FIRST), 'unproven');
  assert.equal(await send(SECOND), 'accepted');
  assert.equal(await send(FIRST, SECOND), 'accepted');
});

// Passes the 15 minutes in which a recent delivery would keep the old key in force.
async function elapse(): Promise<void> {
  now += 20 * MINUTE_MS;
}

test('a key that still proves deliveries is not ended, unless it has leaked (CHECK-10)', async () => {
  assert.ok((await begin()).ok);
  const send = await receiving();
  await send(SECOND);
  await send(FIRST);
  assert.match(told(await end()), /^refused: specimen-1 has proven a delivery within 15 minutes/);
  assert.ok((await end({ atOnce: true })).ok);
  await aMinute(send, SECOND);
  assert.equal(await send(FIRST), 'unproven');
  assert.equal(await send(SECOND), 'accepted');
});

test('nor while the new one has proven none (CHECK-10)', async () => {
  assert.ok((await begin()).ok);
  assert.match(told(await end()), /^refused: specimen-2 has proven no delivery lately/);
  assert.equal(keysFile.read()[0]?.notAfter, undefined);
});

test('what cannot be put on record does not happen, nor what has no ticket (OBS-1)', async () => {
  await breakAudit(service);
  await assert.rejects(begin());
  await assert.rejects(disableEndpoint(rotating, { ticket }));
  await mendAudit(service);
  const because = { ticket: 'because', secret: async () => SECOND.secret };
  assert.match(told(await beginRotation(rotating, because)), /^refused: The ticket/);
  assert.match(
    told(await disableEndpoint(rotating, { ticket: 'because' })),
    /^refused: The ticket/,
  );
  assert.equal(keysFile.read().length, 1);
  assert.equal(keysFile.read()[0]?.notAfter, undefined);
});

// In memory, because a minute of the test's clock is too short to wait for a disk.
function memorySecrets(): WritableSecretStore {
  const held = new Map<string, Secret>();
  return {
    read: async ({ name }) => held.get(name) ?? assert.fail(`The secret ${name} is not set.`),
    set: async ({ name }, secret) => void held.set(name, secret),
  };
}

function told(result: { ok: true; value: string } | { ok: false; error: string }): string {
  return result.ok ? result.value : `refused: ${result.error}`;
}
