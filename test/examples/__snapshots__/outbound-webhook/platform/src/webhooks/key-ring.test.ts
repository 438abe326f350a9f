import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bothSecrets,
  CURRENT,
  currentKey,
  nextKey,
  secretsOf,
  specimenEndpoint,
} from '../testing/webhook-endpoint.ts';
import { keyRing } from './key-ring.ts';

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
  const ring = keyRing(endpoint, bothSecrets, never);
  await ring.load();
  assert.deepEqual(idsOf(ring.inForce(at(HOUR_MS - 1))), ['current']);
  assert.deepEqual(idsOf(ring.inForce(at(HOUR_MS))), ['current', 'next']);
  assert.deepEqual(idsOf(ring.inForce(at(2 * HOUR_MS - 1))), ['current', 'next']);
  assert.deepEqual(idsOf(ring.inForce(at(2 * HOUR_MS))), ['next']);
});

test('an empty secret, a short one and one of another kind stop the start (HOOK-1)', async () => {
  for (const secret of ['', 'short', 'x'.repeat(40), 'whsec_', 'whsec_AAAA']) {
    const ring = keyRing(specimenEndpoint(), secretsOf({ 'specimen/current': secret }), never);
    await assert.rejects(ring.load(), TypeError, secret);
  }
  const { verify, ...scheme } = specimenEndpoint().scheme;
  const { checkKey: _, ...unchecked } = scheme;
  const endpoint = specimenEndpoint({ scheme: { ...unchecked, verify } });
  const short = keyRing(endpoint, secretsOf({ 'specimen/current': 'x'.repeat(15) }), never);
  await assert.rejects(short.load(), TypeError);
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

test('a secret that is set later is in use a minute after, without a restart', async () => {
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
  now = 60_000;
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
