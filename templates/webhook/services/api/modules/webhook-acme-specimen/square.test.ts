import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf, textKeys } from '../../../../platform/test/support/scheme-claims.ts';
import { deliveryOf, published, webhookKey } from '../../../../platform/test/support/webhooks.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { square } from './square.ts';

const HEADER = 'x-square-hmacsha256-signature';
const URL_OF_OURS = 'https://app.example/webhooks/square?account=1';
const BODY = '{"merchant_id":"MLEFBHHSJGVHD","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f"}';
const scheme = square();
const keys = textKeys();
const [current] = keys;

claimsOf({ scheme, keys, signedBy: (key) => signed(key), headers: [HEADER], signsUrl: true });

test('the published vectors are accepted (HOOK-1)', () => {
  // "Validate webhook notifications", developer.squareup.com; then tests/integration/webhooks.test.ts of
  // square-nodejs-sdk, whose second body holds characters that some libraries would write differently.
  const vectors = [
    [
      'asdf1234',
      'https://example.com/webhook',
      '{"hello":"world"}',
      published('2kRE5qRU2tR+tBGl DwMEw2avJ7QM4ikP YD/PJ3bd9Og='),
    ],
    [
      'signature-key',
      'https://webhook.site/webhooks',
      '{"data":{"type":"webhooks","id":">id<"}}',
      published('Cxt7+aTi4rKgcA0b C4g9EHdVtLSDWdqc cmL5MvihU4U='),
    ],
  ] as const;
  for (const [secret, url, body, mac] of vectors) {
    const delivery = deliveryOf(body, { [HEADER]: mac }, url);
    const expected = { keyId: 'a', id: undefined, body: Buffer.from(body) };
    assert.deepEqual(scheme.verify(delivery, [webhookKey('a', secret)]), expected);
  }
});

test('an event has the id that its body names (HOOK-2)', () => {
  assert.equal(scheme.verify(signed(current), keys)?.id, 'ac3ac95b-f97d-458c-a6e6-18981597e05f');
  for (const body of ['{"event_id":7}', '{"event_id":"a b"}', '{"data":{"event_id":"a"}}'])
    assert.equal(scheme.verify(signed(current, body), keys)?.id, undefined, body);
});

test('the end of our address is not the beginning of the body, nor the reverse (HOOK-1)', () => {
  // Both texts are the same, and so are their MACs.
  const longer = signed(current, `1${BODY}`);
  const moved = { ...longer, url: new URL(`${URL_OF_OURS}1`), body: Buffer.from(BODY) };
  assert.ok(scheme.verify(moved, keys));
  assert.equal(scheme.verify(longer, keys), undefined);
  for (const body of ['', '[]', '"{}"', `${BODY}${BODY}`])
    assert.equal(scheme.verify(signed(current, body), keys), undefined, body);
});

test('a MAC in another writing is none (HOOK-1)', () => {
  const [given = ''] = signed(current).headers.get(HEADER) ?? [];
  const mac = Buffer.from(given, 'base64');
  for (const other of [mac.toString('hex'), mac.toString('base64url'), given.replace('=', '')])
    assert.equal(
      scheme.verify(deliveryOf(BODY, { [HEADER]: other }, URL_OF_OURS), keys),
      undefined,
    );
});

function signed({ secret }: WebhookKey, body = BODY) {
  const mac = createHmac('sha256', secret.reveal())
    .update(URL_OF_OURS + body)
    .digest('base64');
  return deliveryOf(body, { [HEADER]: mac }, URL_OF_OURS);
}
