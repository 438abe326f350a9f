import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf, textKeys } from '../../../../platform/test/support/scheme-claims.ts';
import { deliveryOf, published, withHeader } from '../../../../platform/test/support/webhooks.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { stripe } from './stripe.ts';

const BODY = '{"id":"evt_1PqRsT2eZvKYlo2C","object":"event","type":"charge.succeeded"}';
const TIME = '1492774577';
const HEADER = 'stripe-signature';
const scheme = stripe();
const keys = textKeys();
const [current, previous] = keys;

claimsOf({ scheme, keys, signedBy, headers: [HEADER] });

test('a delivery as documented is accepted: time, body, and the id in the body (HOOK-1)', () => {
  assert.deepEqual(scheme.verify(signedBy(current), keys), {
    keyId: 'current',
    id: 'evt_1PqRsT2eZvKYlo2C',
    at: new Date(1492774577_000),
    body: Buffer.from(BODY),
  });
});

test('what the SDK of Stripe signs is accepted (HOOK-1)', () => {
  // Stripe publishes no vector. This is what generateTestHeaderString of stripe 23.1.0 makes of the
  // body, the time and the first key.
  const mac = published('79d3cc01286c5531 616a0d44e6ac6a65 b0044fc12de1cbb1 ce31a769d9e73cac');
  assert.ok(scheme.verify(withTime(TIME, `v1=${mac}`), [current]));
  assert.equal(macBy(current), mac);
});

test('while a secret is rolled there are two v1, and either proves (HOOK-1)', () => {
  const both = `t=${TIME},v1=${macBy(previous)},v1=${macBy(current)}`;
  const delivery = deliveryOf(BODY, { [HEADER]: both });
  assert.equal(scheme.verify(delivery, [current])?.keyId, 'current');
  assert.equal(scheme.verify(delivery, [previous])?.keyId, 'previous');
  const swapped = `v1=${macBy(current)},t=${TIME},v0=${'0'.repeat(64)}`;
  assert.ok(scheme.verify(deliveryOf(BODY, { [HEADER]: swapped }), keys));
});

test('only v1 proves: v0, another label or none is not looked at (HOOK-1)', () => {
  const mac = macBy(current);
  for (const field of [`v0=${mac}`, `v2=${mac}`, `V1=${mac}`, `v1:${mac}`, mac, `v1==${mac}`])
    assert.equal(scheme.verify(withTime(TIME, field), keys), undefined, field);
});

test('two times, none, or one that is not all digits, are no time (HOOK-2)', () => {
  const v1 = `v1=${macBy(current)}`;
  for (const header of [v1, `t=${TIME},t=${TIME},${v1}`, `t=${TIME},t=1,${v1}`, `t=,${v1}`])
    assert.equal(scheme.verify(deliveryOf(BODY, { [HEADER]: header }), keys), undefined, header);
  for (const time of [`${TIME}abc`, `0${TIME}`, `+${TIME}`, `${TIME}.0`, '1e9', '0x60', '']) {
    const signed = withTime(time, `v1=${macBy(current, time)}`);
    assert.equal(scheme.verify(signed, keys), undefined, time);
  }
});

test('a MAC in another writing is none (HOOK-1)', () => {
  const mac = macBy(current);
  const base64 = Buffer.from(mac, 'hex').toString('base64');
  for (const other of [mac.toUpperCase(), `0x${mac}`, ` ${mac}`, `${mac} `, base64, `${mac}0`])
    assert.equal(scheme.verify(withTime(TIME, `v1=${other}`), keys), undefined, other);
});

test('what is no event of Stripe has no id: its body stands for it (HOOK-2)', () => {
  for (const body of [
    '{"id":"ch_1"}',
    '{"id":["evt_1"]}',
    '{"data":{"id":"evt_1"}}',
    '[]',
    'evt_1',
  ]) {
    const mac = createHmac('sha256', current.secret.reveal())
      .update(`${TIME}.${body}`)
      .digest('hex');
    const signed = scheme.verify(deliveryOf(body, { [HEADER]: `t=${TIME},v1=${mac}` }), keys);
    assert.ok(signed && signed.id === undefined, body);
  }
});

function signedBy(key: WebhookKey) {
  return withHeader(deliveryOf(BODY, {}), HEADER, `t=${TIME},v1=${macBy(key)}`);
}

function withTime(time: string, field: string) {
  return deliveryOf(BODY, { [HEADER]: `t=${time},${field}` });
}

function macBy({ secret }: WebhookKey, time = TIME): string {
  return createHmac('sha256', secret.reveal()).update(`${time}.${BODY}`).digest('hex');
}
