import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf } from '../../platform/test/support/scheme-claims.ts';
import {
  deliveryOf,
  published,
  testSecret,
  webhookKey,
  withHeader,
} from '../../platform/test/support/webhooks.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { sign, standardWebhooks } from '@app/platform/webhooks/standard-webhooks';

const scheme = standardWebhooks({ prefix: 'webhook' });
const BODY = '{"test": 2432232314}';
const message = { id: published('msg_p5jXN8AQM9LW M0D4loKWxJek'), at: new Date(1614265330_000) };

// libraries/javascript/src/webhook.test.ts of standard-webhooks, "sign function works".
const V1 = published('v1,g0hM9SsE+OTPJTGt /tmIKtSyZlE3uFJE LVlNIOLJ1OE=');

// server/svix-server/src/worker.rs of svix-webhooks, test_asymmetric_key_signing: seed, then public key.
const PAIR = Buffer.from(
  published(
    '6Xb/dCcHpPea21PS 1N9VY/NZW723CEc7 7N4rJCubMbfVKIDi j2HKpMKkioLlX0dR qSKJp4AJ6p9lMicM Fs6Kvg==',
  ),
  'base64',
);
const V1A = published(
  'v1a,hnO3f9T8Ytu9HwrX slvumlUpqtNVqkhq w/enGzPCXe5BdqzC InXqYXFymVJaA7AZ dpXwVLPo3mNl8EM+ m7TBAg==',
);
const publishedPublic = webhookKey('published', `whpk_${PAIR.subarray(32).toString('base64')}`);

test('the published v1a vector is accepted, and made (HOOK-1)', () => {
  for (const bytes of [PAIR, PAIR.subarray(0, 32)]) {
    const secret = webhookKey('published', `whsk_${bytes.toString('base64')}`);
    const headers = sign({ ...message, body: Buffer.from(BODY) }, [secret]);
    assert.equal(headers['webhook-signature'], V1A);
    assert.equal(scheme.verify(deliveryOf(BODY, headers), [publishedPublic])?.id, message.id);
  }
});

test('Ed25519 is the one of RFC 8032 (HOOK-1)', () => {
  // Section 7.1, test 3: the key, signing the two bytes af 82.
  const seed = published('c5aa8df43f9f837b edb7442f31dcb7b1 66d38535076f094b 85ce3a2e0b4458f7');
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  assert.equal(
    signBytes(null, Buffer.from('af82', 'hex'), key).toString('hex'),
    published(
      '6291d657deec2402 4827e69c3abe01a3 0ce548a284743a44 5e3680d7db5ac3ac 18ff9b538d16f290 ae67f760984dc659 4a7c15e9716ed28d c027beceea1ec40a',
    ),
  );
});

const shared = [1, 2].map((number) =>
  webhookKey(`key-${number}`, `whsec_${testSecret(number).toString('base64')}`),
) as [WebhookKey, WebhookKey];
const bySecret = (key: WebhookKey) =>
  deliveryOf(BODY, sign({ ...message, body: Buffer.from(BODY) }, [key]));
const headers = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

claimsOf({ scheme, keys: shared, signedBy: bySecret, headers });

const [firstSecret, secondSecret] = [3, 4].map((number) =>
  webhookKey(`pair-${number}`, `whsk_${testSecret(number).toString('base64')}`),
) as [WebhookKey, WebhookKey];
const firstPublic = { ...publicOf(firstSecret), id: 'first' };
const secondPublic = { ...publicOf(secondSecret), id: 'second' };

const ed25519 = {
  scheme,
  keys: [firstPublic, secondPublic] as const,
  signedBy: ({ id }: WebhookKey) => bySecret(id === 'first' ? firstSecret : secondSecret),
  headers,
};
claimsOf(ed25519, 'standard-webhooks with Ed25519');

test('one of several signatures is enough, whichever (HOOK-1)', () => {
  const [first, second] = shared;
  const both = sign({ ...message, body: Buffer.from(BODY) }, [first, second, firstSecret]);
  const delivery = deliveryOf(BODY, both);
  for (const key of [first, second, firstPublic])
    assert.equal(scheme.verify(delivery, [key])?.keyId, key.id);
});

test('a label chooses no algorithm: another one on a good signature proves nothing (HOOK-1)', () => {
  const swaps = [
    [bySecret(shared[0]), shared[0], 'v1,', ['v1a,', 'v2,', 'V1,', 'v1', 'v1,v1,', '']],
    [bySecret(firstSecret), firstPublic, 'v1a,', ['v1,', 'v2a,', 'v1a', 'v1a,,', '']],
  ] as const;
  for (const [delivery, key, label, others] of swaps) {
    const signature = delivery.headers.get('webhook-signature')?.[0] ?? '';
    assert.ok(scheme.verify(delivery, [key]));
    for (const other of others) {
      const swapped = withHeader(delivery, 'webhook-signature', signature.replace(label, other));
      assert.equal(scheme.verify(swapped, [key]), undefined, other);
    }
  }
});

test('a public key is never a shared secret (HOOK-1)', () => {
  const asSecret = webhookKey('first', firstPublic.secret.reveal().replace('whpk_', 'whsec_'));
  assert.equal(scheme.verify(bySecret(asSecret), [firstPublic]), undefined);
});

test('a full stop in the id cannot move the border to the time (HOOK-1)', () => {
  const body = '1614265331.{}';
  const signed = sign({ id: 'msg', at: message.at, body: Buffer.from(body) }, [shared[0]]);
  const moved = { ...signed, 'webhook-id': 'msg.1614265330', 'webhook-timestamp': '1614265331' };
  assert.equal(scheme.verify(deliveryOf('{}', moved), shared), undefined);
  assert.throws(() => sign({ ...message, id: 'a.b', body: Buffer.from(body) }, shared), TypeError);
});

test('hundreds of signatures are not tried (HOOK-1)', () => {
  const delivery = bySecret(shared[0]);
  const good = delivery.headers.get('webhook-signature')?.[0] ?? '';
  const many = (count: number) =>
    withHeader(delivery, 'webhook-signature', [...Array<string>(count).fill(V1), good].join(' '));
  assert.ok(scheme.verify(many(15), shared));
  assert.equal(scheme.verify(many(16), shared), undefined);
});

test('bytes that are no text are verified as they are (HOOK-1)', () => {
  const body = Buffer.from([0xff, 0xfe, 0x00, 0xc3]);
  const delivery = deliveryOf(body, sign({ ...message, body }, [shared[0]]));
  assert.deepEqual(scheme.verify(delivery, shared)?.body, body);
  const replaced = { ...delivery, body: Buffer.from(body.toString()) };
  assert.equal(scheme.verify(replaced, shared), undefined);
});

test('the older names of the headers are looked at where they are configured, and only there', () => {
  const signed = Object.entries(sign({ ...message, body: Buffer.from(BODY) }, [shared[0]]));
  const renamed = signed.map(([name, value]) => [name.replace('webhook', 'svix'), value]);
  const delivery = deliveryOf(BODY, Object.fromEntries(renamed));
  assert.ok(standardWebhooks({ prefix: 'svix' }).verify(delivery, shared));
  assert.equal(scheme.verify(delivery, shared), undefined);
});

test('a key that could prove nothing is an error (HOOK-1)', () => {
  const texts = ['whsec_', `whsec_${Buffer.alloc(23).toString('base64')}`, 'whsec_AAAA', 'none'];
  texts.push(`whpk_${Buffer.alloc(31).toString('base64')}`, firstSecret.secret.reveal());
  texts.push(shared[0].secret.reveal().slice(0, -1), testSecret(1).toString('base64'));
  for (const text of texts)
    assert.throws(() => scheme.checkKey?.(webhookKey('a', text)), TypeError);
  assert.throws(() => sign({ ...message, body: Buffer.from(BODY) }, [firstPublic]), TypeError);
});

function publicOf({ id, secret }: WebhookKey): WebhookKey {
  const seed = Buffer.from(secret.reveal().slice('whsk_'.length), 'base64').toString('hex');
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  const { x = '' } = createPublicKey({ key: der, format: 'der', type: 'pkcs8' } as never).export({
    format: 'jwk',
  });
  return webhookKey(id, `whpk_${Buffer.from(x, 'base64url').toString('base64')}`);
}
