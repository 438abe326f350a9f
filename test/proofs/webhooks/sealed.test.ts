import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { seal, unseal } from '@app/platform/webhooks/sealed';

const IV_BYTES = 12;
const key = { id: 'a', key: createSecretKey(randomBytes(32)) };

// Twice the same under one key gives away both texts, and lets anybody forge others.
test('no two deliveries are encrypted with the same nonce (HOOK-5)', () => {
  const sealed = Array.from({ length: 1_000 }, () => seal(key, Buffer.from('same'), ['bound']));
  const nonces = sealed.map((one) => one.toString('hex', 0, IV_BYTES));
  assert.equal(new Set(nonces).size, sealed.length);
  for (const one of sealed) assert.equal(unseal(key, one, ['bound']).toString(), 'same');
});

test('what was encrypted for one delivery opens for no other (HOOK-5)', () => {
  const sealed = seal(key, Buffer.from('text'), ['endpoint', 'id:1']);
  assert.equal(unseal(key, sealed, ['endpoint', 'id:1']).toString(), 'text');
  for (const bound of [['endpoint', 'id:2'], ['other', 'id:1'], ['endpointid:1']] as const)
    assert.throws(() => unseal(key, sealed, bound), /authenticate/);
});
