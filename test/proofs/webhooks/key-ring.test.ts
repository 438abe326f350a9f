import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { folderWith } from '../../platform/test/support/folder.ts';
import {
  bothSecrets,
  CURRENT,
  currentKey,
  NEXT,
  nextKey,
  secretsOf,
  specimenEndpoint,
} from '../../platform/test/support/webhook-endpoint.ts';
import { keyRing } from '@app/platform/webhooks/key-ring';
import { keysIn } from '@app/platform/webhooks/keys-file';

const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(ms);
const never = () => assert.fail('a secret is missing');

function idsOf(keys: readonly { readonly id: string }[] | undefined) {
  return keys?.map(({ id }) => id);
}

test('a key is in force from its notBefore until its notAfter, and several are at once (HOOK-1)', async () => {
  const endpoint = specimenEndpoint({
    keys: [
      { ...currentKey, notAfter: at(2 * HOUR_MS) },
      { ...nextKey, notBefore: at(HOUR_MS) },
    ],
  });
  const ring = keyRing(endpoint, bothSecrets, never, () => 0);
  await ring.load();
  assert.deepEqual(idsOf(ring.inForce(at(HOUR_MS - 1))), ['current']);
  // The newest first: what both have signed is proven by the one that stays.
  assert.deepEqual(idsOf(ring.inForce(at(HOUR_MS))), ['next', 'current']);
  assert.deepEqual(idsOf(ring.inForce(at(2 * HOUR_MS - 1))), ['next', 'current']);
  assert.deepEqual(idsOf(ring.inForce(at(2 * HOUR_MS))), ['next']);
});

test('a secret that is not set is told, and takes nothing from the others', async () => {
  const missing: unknown[] = [];
  const secrets = secretsOf({ 'specimen/current': CURRENT.secret.reveal() });
  const endpoint = specimenEndpoint({ keys: [nextKey, currentKey] });
  const ring = keyRing(endpoint, secrets, (error) => missing.push(error));
  await ring.load();
  assert.deepEqual(idsOf(ring.inForce(at(0))), ['current']);
  assert.equal(missing.length, 1);
  const none = keyRing(specimenEndpoint(), secretsOf({}), () => {});
  await none.load();
  assert.equal(none.inForce(at(0)), undefined);
});

test('the first secret that is set is in use a second after, another one a minute, without a restart', async () => {
  const set: Record<string, string> = {};
  let now = 0;
  const ring = keyRing(
    specimenEndpoint(),
    secretsOf(set),
    () => {},
    () => now,
  );
  await ring.load();
  set['specimen/current'] = CURRENT.secret.reveal();
  assert.equal(ring.inForce(at(0)), undefined);
  now = 1_000;
  ring.inForce(at(0));
  await new Promise(setImmediate);
  assert.deepEqual(idsOf(ring.inForce(at(0))), ['current']);
  // One that is replaced by something that proves nothing changes nothing.
  set['specimen/current'] = '';
  now = 120_000;
  ring.inForce(at(0));
  await new Promise(setImmediate);
  assert.equal(ring.inForce(at(0))?.[0]?.secret.reveal(), CURRENT.secret.reveal());
});

test('keys are read again each minute, and one that is ended there ends though its secret is gone (HOOK-1)', async (t) => {
  const folder = await folderWith(t, {});
  const path = join(folder, 'keys.json');
  const one = { id: 'current', secretName: 'specimen/current' };
  const other = { id: 'next', secretName: 'specimen/next' };
  const write = (...keys: readonly object[]) => writeFile(path, JSON.stringify({ keys }));
  const failed: unknown[] = [];
  const secrets = { ...bothSecrets };
  let now = 0;
  await write(one);
  const ring = keyRing(
    specimenEndpoint({ keys: keysIn(pathToFileURL(path)) }),
    { read: (reference) => secrets.read(reference) },
    (error) => failed.push(error),
    () => now,
  );
  await ring.load();
  const aMinute = async () => {
    now += 60_000;
    ring.inForce(at(now));
    await new Promise(setImmediate);
    return idsOf(ring.inForce(at(now)));
  };
  await write(one, other);
  assert.deepEqual(await aMinute(), ['next', 'current']);
  secrets.read = secretsOf({}).read;
  await write({ ...one, notAfter: '1970-01-01T00:10:00Z' }, other);
  assert.deepEqual(await aMinute(), ['next', 'current']);
  assert.deepEqual(idsOf(ring.inForce(at(10 * 60_000))), ['next']);
  assert.equal(failed.length, 2);
  // What cannot be read changes nothing.
  await writeFile(path, '{');
  assert.deepEqual(await aMinute(), ['next', 'current']);
  assert.match(String(failed.at(-1)), /no list of webhook keys/);
});

test('a service whose list of keys is none does not start (HOOK-1)', async (t) => {
  const folder = await folderWith(t, { 'keys.json': '[]' });
  const keys = keysIn(pathToFileURL(join(folder, 'keys.json')));
  const ring = keyRing(specimenEndpoint({ keys }), bothSecrets, never);
  await assert.rejects(ring.load(), /keys\.json is no list of webhook keys: look at its members/);
});

test('a clock that is set back puts off no secret that was replaced (HOOK-1)', async () => {
  const set: Record<string, string> = { 'specimen/current': CURRENT.secret.reveal() };
  let now = 10 * HOUR_MS;
  const ring = keyRing(specimenEndpoint(), secretsOf(set), never, () => now);
  await ring.load();
  set['specimen/current'] = NEXT.secret.reveal();
  now = 0;
  ring.inForce(at(now));
  await new Promise(setImmediate);
  assert.equal(ring.inForce(at(now))?.[0]?.secret.reveal(), NEXT.secret.reveal());
});

test('while the secrets cannot be read, those that were are good, and nothing else is (HOOK-1)', async () => {
  const missing: unknown[] = [];
  let now = 0;
  let reachable = true;
  const read: typeof bothSecrets.read = async (reference) => {
    if (!reachable) throw new Error('unreachable');
    return bothSecrets.read(reference);
  };
  const told = (error: unknown) => void missing.push(error);
  const ring = keyRing(specimenEndpoint(), { read }, told, () => now);
  await ring.load();
  reachable = false;
  now = 60_000;
  ring.inForce(at(now));
  await new Promise(setImmediate);
  assert.deepEqual(idsOf(ring.inForce(at(now))), ['current']);
  assert.equal(missing.length, 1);
  const started = keyRing(specimenEndpoint(), { read }, told, () => now);
  await started.load();
  assert.equal(started.inForce(at(now)), undefined);
});
