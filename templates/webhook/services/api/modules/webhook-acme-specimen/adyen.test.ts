import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf, textKeys } from '../../../../platform/test/support/scheme-claims.ts';
import { deliveryOf, published, webhookKey } from '../../../../platform/test/support/webhooks.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { adyen } from './adyen.ts';

const scheme = adyen();
const keys = textKeys();
const [current] = keys;

// As documented, with the fields that are signed.
const item = {
  pspReference: '7914073381342284',
  originalReference: '',
  merchantAccountCode: 'TestMerchant',
  merchantReference: 'TestPayment-1407325143704',
  amount: { value: 1130, currency: 'EUR' },
  eventCode: 'AUTHORISATION',
  success: 'true',
};
type Item = Omit<typeof item, 'amount'> & { amount: { value: unknown; currency: unknown } };

const refund = { ...item, originalReference: '8814073381342280', eventCode: 'REFUND' };
claimsOf({ scheme, keys, signedBy: (key) => holding(itemSignedBy(key, refund)), headers: [] });

test('the published vector is accepted (HOOK-1)', () => {
  // "Verify HMAC signatures", docs.adyen.com, and the tests of its libraries.
  const key = webhookKey(
    'published',
    published('44782DEF547AAA06 C910C43932B1EB0C 71FC68D9D0C05755 0C48EC2ACF6BA056'),
  );
  const example = withMac(item, published('coqCmt/IZ4E3CzPv MY8zTjQVL5hYJUiB Rg8UU+iCWo0='));
  assert.deepEqual(scheme.verify(holding(example), [key]), {
    keyId: 'published',
    body: bodyOf(item),
  });
  const { originalReference: _, ...without } = example;
  assert.deepEqual(scheme.verify(holding(without), [key])?.body, bodyOf(item));
});

test('only the signed fields reach the handler, however many others there are (HOOK-1)', () => {
  const signed = itemSignedBy(current, item);
  const additionalData = { ...signed.additionalData, authorised: 'by-a-stranger' };
  const others = {
    eventDate: '2021-01-01',
    reason: 'x',
    paymentMethod: 'visa',
    operations: ['REFUND'],
  };
  const delivery = holding({ ...signed, ...others, additionalData });
  const expected = { keyId: 'current', body: bodyOf(item) };
  assert.deepEqual(scheme.verify(delivery, keys), expected);
  const spaced = JSON.stringify(
    { live: 'true', notificationItems: [{ NotificationRequestItem: signed }] },
    null,
    2,
  );
  assert.deepEqual(scheme.verify(deliveryOf(spaced, {}), keys), expected);
});

test('a field named twice is the one that was signed, or not proven (HOOK-1)', () => {
  const text = textOf(itemSignedBy(current, item));
  const [twice, swapped] = [
    text.replace('"success":"true"', '"success":"false","success":"true"'),
    text.replace('"success":"true"', '"success":"true","success":"false"'),
  ];
  assert.deepEqual(scheme.verify(deliveryOf(twice, {}), keys)?.body, bodyOf(item));
  assert.equal(scheme.verify(deliveryOf(swapped, {}), keys), undefined);
});

test('several items, or none, are refused whole: nothing signed holds them together (HOOK-1)', () => {
  const signed = itemSignedBy(current, item);
  assert.equal(scheme.verify(holding(), keys), undefined);
  assert.equal(scheme.verify(holding(signed, signed), keys), undefined);
  assert.equal(scheme.verify(holding(signed, item), keys), undefined);
});

test('a colon moves no field into the next one (HOOK-1)', () => {
  const reference = { ...item, merchantReference: 'order:7:EUR' };
  assert.deepEqual(
    scheme.verify(holding(itemSignedBy(current, reference)), keys)?.body,
    bodyOf(reference),
  );
  // The same text as that of the reference, cut elsewhere.
  const moved: Item[] = [
    { ...item, merchantAccountCode: 'TestMerchant:order', merchantReference: '7:EUR' },
    { ...item, pspReference: '7914073381342284:', originalReference: 'TestMerchant' },
    { ...item, originalReference: ':TestMerchant' },
    { ...item, eventCode: 'AUTHORISATION:true' },
  ];
  for (const one of moved)
    assert.equal(scheme.verify(holding(itemSignedBy(current, one)), keys), undefined);
});

test('a field in another form than documented is not proven, signed or not (HOOK-1)', () => {
  const odd: object[] = [
    { success: true },
    { success: 'yes' },
    { eventCode: '' },
    { pspReference: 1 },
  ];
  odd.push(
    { amount: { value: '1130', currency: 'EUR' } },
    { amount: { value: 1130.5, currency: 'EUR' } },
  );
  odd.push(
    { amount: { value: 1e21, currency: 'EUR' } },
    { amount: { value: 1130, currency: 'eur' } },
  );
  odd.push({ amount: undefined }, { merchantReference: ['TestPayment-1407325143704'] });
  for (const change of odd) {
    const changed = { ...item, ...change } as Item;
    assert.equal(
      scheme.verify(holding(itemSignedBy(current, changed)), keys),
      undefined,
      JSON.stringify(change),
    );
  }
});

test('a MAC in another writing, place or form is none (HOOK-1)', () => {
  const mac = macBy(current, item);
  const bytes = Buffer.from(mac, 'base64');
  for (const other of [
    bytes.toString('hex'),
    bytes.toString('base64url'),
    mac.replace('=', ''),
    '',
  ])
    assert.equal(scheme.verify(holding(withMac(item, other)), keys), undefined, other);
  for (const additionalData of [undefined, null, [], {}, { hmacSignature: [mac] }, mac])
    assert.equal(scheme.verify(holding({ ...item, additionalData }), keys), undefined);
  assert.equal(scheme.verify(holding({ ...item, hmacSignature: mac }), keys), undefined);
});

test('a key that is not hexadecimal is an error (HOOK-1)', () => {
  for (const text of ['', 'none', 'abc', '44782DEF547AAA0'])
    assert.throws(() => scheme.checkKey?.(webhookKey('a', text)), TypeError);
});

function itemSignedBy<T extends Item>(key: WebhookKey, one: T) {
  return withMac(one, macBy(key, one));
}

function withMac<T extends object>(one: T, hmacSignature: string) {
  return { ...one, additionalData: { hmacSignature } };
}

function macBy({ secret }: WebhookKey, one: Item): string {
  const { pspReference, originalReference, merchantAccountCode, merchantReference } = one;
  const references = [pspReference, originalReference, merchantAccountCode, merchantReference];
  const text = [
    ...references,
    one.amount?.value,
    one.amount?.currency,
    one.eventCode,
    one.success,
  ].join(':');
  return createHmac('sha256', Buffer.from(secret.reveal(), 'hex')).update(text).digest('base64');
}

function holding(...items: object[]) {
  return deliveryOf(textOf(...items), {});
}

function textOf(...items: object[]): string {
  return JSON.stringify({
    notificationItems: items.map((one) => ({ NotificationRequestItem: one })),
  });
}

function bodyOf({ amount, ...others }: Item): Buffer {
  return Buffer.from(JSON.stringify({ ...others, amount }));
}
