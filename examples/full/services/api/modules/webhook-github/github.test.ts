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
import { github } from './github.ts';

const HEADER = 'x-hub-signature-256';
const BODY = '{"action":"opened","number":1}';
const scheme = github();
const keys = textKeys();
const [current] = keys;

claimsOf({ scheme, keys, signedBy, headers: [HEADER] });

test('the published vector is accepted (HOOK-1)', () => {
  // "Testing the webhook payload validation", docs.github.com.
  const key = webhookKey('published', "It's a Secret to Everybody");
  const mac = published('757107ea0eb2509f c211221cce984b8a 37570b6d7586c22c 46f4379c8b043e17');
  const signed = scheme.verify(deliveryOf('Hello, World!', { [HEADER]: `sha256=${mac}` }), [key]);
  assert.deepEqual(signed, { keyId: 'published', body: Buffer.from('Hello, World!') });
});

test('what is not signed is not told: no id, no time, no event (HOOK-1)', () => {
  let delivery = signedBy(current);
  for (const name of ['x-github-delivery', 'x-github-event', 'x-github-hook-id'])
    delivery = withHeader(delivery, name, 'chosen-by-a-stranger');
  assert.deepEqual(scheme.verify(delivery, keys), { keyId: 'current', body: Buffer.from(BODY) });
});

test('SHA-1, another label or another writing proves nothing (HOOK-1)', () => {
  const sha1 = createHmac('sha1', current.secret.reveal()).update(BODY).digest('hex');
  const mac = macBy(current);
  const base64 = Buffer.from(mac, 'hex').toString('base64');
  for (const value of [`sha1=${sha1}`, `sha256=${sha1}`, mac, `sha1=${mac}`, `SHA256=${mac}`])
    assert.equal(scheme.verify(deliveryOf(BODY, { [HEADER]: value }), keys), undefined, value);
  for (const other of [mac.toUpperCase(), ` ${mac}`, base64, `${mac},sha256=${mac}`, ''])
    assert.equal(scheme.verify(deliveryOf(BODY, { [HEADER]: `sha256=${other}` }), keys), undefined);
  const older = deliveryOf(BODY, { 'x-hub-signature': `sha1=${sha1}` });
  assert.equal(scheme.verify(older, keys), undefined);
});

function signedBy(key: WebhookKey) {
  return deliveryOf(BODY, { [HEADER]: `sha256=${macBy(key)}` });
}

function macBy({ secret }: WebhookKey): string {
  return createHmac('sha256', secret.reveal()).update(BODY).digest('hex');
}
