import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf, textKeys } from '../../../../platform/test/support/scheme-claims.ts';
import {
  deliveryOf,
  published,
  webhookKey,
  withHeader,
} from '../../../../platform/test/support/webhooks.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { shopify } from './shopify.ts';

const HEADER = 'x-shopify-hmac-sha256';
const BODY = '{"id":820982911946154508,"email":"jon@example.com"}';
const scheme = shopify();
const keys = textKeys();
const [current] = keys;

claimsOf({ scheme, keys, signedBy, headers: [HEADER] });

test('vectors from elsewhere are accepted (HOOK-1)', () => {
  // Shopify publishes none. The first is of RFC 4231 (section 4.3, test case 2), the second of the
  // tests of SQLPage, which verify what Shopify sends.
  const vectors = [
    [
      'Jefe',
      'what do ya want for nothing?',
      published('W9zBRr9gdU5qBCQm CJV1x1oAPwidJzmD nexYuWTsOEM='),
    ],
    [
      'test-webhook-secret',
      '{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}',
      published('QNyObTlKbMx2qDlP F/ZOZcBqg5OgPg+2 oky3zldc0Gw='),
    ],
  ] as const;
  for (const [secret, body, mac] of vectors) {
    const signed = scheme.verify(deliveryOf(body, { [HEADER]: mac }), [webhookKey('a', secret)]);
    assert.deepEqual(signed, { keyId: 'a', body: Buffer.from(body) });
  }
});

test('what is not signed is not told: no id, no time, no shop, no topic (HOOK-1)', () => {
  let delivery = signedBy(current);
  for (const name of ['event-id', 'shop-domain', 'topic', 'webhook-id', 'triggered-at'])
    delivery = withHeader(delivery, `x-shopify-${name}`, 'chosen-by-a-stranger');
  assert.deepEqual(scheme.verify(delivery, keys), { keyId: 'current', body: Buffer.from(BODY) });
});

test('a MAC in another writing is none (HOOK-1)', () => {
  const mac = Buffer.from(macBy(current), 'base64');
  const padded = mac.toString('base64');
  for (const other of [mac.toString('hex'), mac.toString('base64url'), padded.replace('=', '')])
    assert.equal(scheme.verify(deliveryOf(BODY, { [HEADER]: other }), keys), undefined, other);
  for (const other of [`${padded}=`, `${padded}\n`, `sha256=${padded}`])
    assert.equal(scheme.verify(deliveryOf(BODY, { [HEADER]: other }), keys), undefined, other);
});

function signedBy(key: WebhookKey) {
  return deliveryOf(BODY, { [HEADER]: macBy(key) });
}

function macBy({ secret }: WebhookKey): string {
  return createHmac('sha256', secret.reveal()).update(BODY).digest('base64');
}
