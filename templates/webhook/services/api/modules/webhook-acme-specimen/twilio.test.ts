import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf, textKeys } from '../../../../platform/test/support/scheme-claims.ts';
import {
  deliveryOf,
  published,
  webhookKey,
  withBody,
} from '../../../../platform/test/support/webhooks.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { twilio } from './twilio.ts';

const HEADER = 'x-twilio-signature';
const form = twilio({ payload: 'form' });
const json = twilio({ payload: 'json' });
const keys = textKeys();
const [current] = keys;

// "Webhooks security", twilio.com/docs, and spec/unit/webhooks/webhooks.spec.ts of twilio-node.
const PUBLISHED_URL = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const PUBLISHED = webhookKey('published', '12345');
const JSON_BODY = '{"property": "value", "boolean": true}';
const JSON_URL = `${PUBLISHED_URL}&bodySHA256=${digestOf(JSON_BODY)}`;
const FORM =
  'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212';

const parts = { keys, headers: [HEADER], signsUrl: true } as const;
claimsOf({ ...parts, scheme: form, signedBy: (key) => formBy(key) }, 'twilio, a form');
claimsOf({ ...parts, scheme: json, signedBy: (key) => jsonBy(key) }, 'twilio, JSON');

test('the published vectors are accepted (HOOK-1)', () => {
  const aForm = deliveryOf(
    FORM,
    { [HEADER]: published('RSOYDt4T1cUTdK1P Dd93/VVr8B8=') },
    PUBLISHED_URL,
  );
  assert.deepEqual(form.verify(aForm, [PUBLISHED])?.body, Buffer.from(FORM));
  assert.equal(
    digestOf(JSON_BODY),
    published('0a1ff7634d9ab3b9 5db5c9a2dfe9416e 41502b283a80c7cf 19632632f96e6620'),
  );
  const aJson = deliveryOf(
    JSON_BODY,
    { [HEADER]: published('a9nBmqA0ju/hNViE xpshrM61xv4=') },
    JSON_URL,
  );
  const expected = { keyId: 'published', body: Buffer.from(JSON_BODY) };
  assert.deepEqual(json.verify(aJson, [PUBLISHED]), expected);
});

test('fields in another order, or twice, are the same delivery (HOOK-2)', () => {
  const signed = form.verify(formBy(current), keys);
  const reversed = FORM.split('&').toReversed().join('&');
  for (const body of [reversed, `${FORM}&Digits=1234`, `To=%2B18005551212&${FORM}`])
    assert.deepEqual(form.verify(withBody(formBy(current), body), keys), signed, body);
});

test('the same text cut into other fields is the same delivery by its id (HOOK-2)', () => {
  const signed = form.verify(formBy(current), keys);
  const cut = withBody(formBy(current), FORM.replace('Digits=1234&From=', 'Digits=1234From'));
  const other = form.verify(cut, keys);
  assert.equal(other?.id, signed?.id);
  assert.notDeepEqual(other?.body, signed?.body);
  assert.notEqual(form.verify(formBy(current, `${FORM}&Z=1`), keys)?.id, signed?.id);
});

test('values of one name are signed in their order (HOOK-1)', () => {
  const [first, second] = ['Sid=b&Sid=a', 'Sid=a&Sid=b'].map((body) =>
    form.verify(formBy(current, body), keys),
  );
  assert.deepEqual(first, second);
  assert.deepEqual(first?.body, Buffer.from('Sid=a&Sid=b'));
});

test('a form in another writing is none (HOOK-1)', () => {
  const odd = [
    FORM.replaceAll('%2B', '%2b'),
    `${FORM}&`,
    `&${FORM}`,
    FORM.replace('&', '&&'),
    `${FORM}&=`,
  ];
  odd.push(FORM.replace('Digits=', 'Digits=='), FORM.replace('Digits=1234', 'Digits1234'), '');
  odd.push(FORM.replace('%2B', '%2'), FORM.replace('%2B', '%'));
  for (const body of odd)
    assert.equal(form.verify(withBody(formBy(current), body), keys), undefined, body);
});

test('bytes that are no text are not replaced by something that was signed (HOOK-1)', () => {
  const mac = macBy(current.secret.reveal(), `${PUBLISHED_URL}a\ufffd`);
  const delivery = deliveryOf('a=%EF%BF%BD', { [HEADER]: mac }, PUBLISHED_URL);
  assert.ok(form.verify(delivery, keys));
  for (const body of [Buffer.from('a=%FF'), Buffer.from([0x61, 0x3d, 0xff])])
    assert.equal(form.verify(withBody(delivery, body), keys), undefined);
});

test('the port is signed or left out, and never another one (HOOK-1)', () => {
  for (const [ours, theirs] of [
    ['https://app.example/w', 'https://app.example:443/w'],
    ['https://app.example:8443/w', 'https://app.example/w'],
    ['https://app.example:8443/w', 'https://app.example:8443/w'],
  ] as const)
    assert.ok(form.verify({ ...formBy(current, FORM, theirs), url: new URL(ours) }, keys), theirs);
  const elsewhere = formBy(current, FORM, 'https://app.example:8443/w');
  const delivery = { ...elsewhere, url: new URL('https://app.example/w') };
  assert.equal(form.verify(delivery, keys), undefined);
});

test('the kind of the payload is set, and not chosen by the delivery (HOOK-1)', () => {
  assert.equal(json.verify(formBy(current), keys), undefined);
  assert.equal(form.verify(jsonBy(current), keys), undefined);
});

test('JSON is proven by one digest in the address (HOOK-1)', () => {
  const none = jsonBy(current, 'https://app.example/webhooks/twilio');
  const digest = `bodySHA256=${digestOf(JSON_BODY)}`;
  const twice = jsonBy(current, `https://app.example/webhooks/twilio?${digest}&${digest}`);
  const upper = jsonBy(
    current,
    `https://app.example/webhooks/twilio?${digest.replace(/=.*/, (hex) => hex.toUpperCase())}`,
  );
  for (const delivery of [none, twice, upper])
    assert.equal(json.verify(delivery, keys), undefined, delivery.url.href);
  assert.equal(json.verify(withBody(jsonBy(current), `${JSON_BODY} `), keys), undefined);
});

function formBy({ secret }: WebhookKey, body = FORM, url = PUBLISHED_URL) {
  const fields = [...new Set(body.split('&'))].toSorted().map((field) => field.replace('=', ''));
  const text = fields.join('').replaceAll('%2B', '+');
  return deliveryOf(body, { [HEADER]: macBy(secret.reveal(), url + text) }, url);
}

function jsonBy({ secret }: WebhookKey, url = JSON_URL) {
  return deliveryOf(JSON_BODY, { [HEADER]: macBy(secret.reveal(), url) }, url);
}

function macBy(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64');
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
