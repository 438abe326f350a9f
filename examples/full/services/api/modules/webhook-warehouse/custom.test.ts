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
import type { MacEncoding, WebhookKey } from '@app/platform/webhooks/scheme';
import type { CustomScheme } from './custom.ts';
import { custom } from './custom.ts';

const TIME = '1614265330';
const BODY = '{"order":7}';
const keys = textKeys();
const [current] = keys;

const plain: CustomScheme = {
  signature: { header: 'x-signature', encoding: 'base64', prefix: '' },
  signed: '{body}',
};
const timed: CustomScheme = {
  signature: { header: 'x-signature', encoding: 'hex', prefix: 'sha256=' },
  signed: 'v2:{id}:{timestamp}:{body}',
  timestamp: { header: 'x-time', unit: 's' },
  id: { header: 'x-id' },
};
const scheme = custom(timed);
const headers = ['x-signature', 'x-time', 'x-id'];

const bodyAlone = {
  scheme: custom(plain),
  keys,
  signedBy: (key: WebhookKey) => deliveryOf(BODY, { 'x-signature': macBy(key, BODY, 'base64') }),
  headers: ['x-signature'],
};
claimsOf(bodyAlone, 'custom, of the body alone');
claimsOf({ scheme, keys, signedBy: (key) => signed(key), headers });

test('it verifies what others publish of theirs (HOOK-1)', () => {
  // docs.github.com, and "Verifying requests from Slack", each as a template.
  const asGithub = custom({
    signature: { header: 'x-hub-signature-256', encoding: 'hex', prefix: 'sha256=' },
    signed: '{body}',
  });
  const mac = published('757107ea0eb2509f c211221cce984b8a 37570b6d7586c22c 46f4379c8b043e17');
  const delivery = deliveryOf('Hello, World!', { 'x-hub-signature-256': `sha256=${mac}` });
  const key = webhookKey('published', "It's a Secret to Everybody");
  assert.equal(asGithub.verify(delivery, [key])?.keyId, 'published');
});

test('time and id are told where they are signed, and not otherwise (HOOK-1)', () => {
  const expected = {
    keyId: 'current',
    id: 'evt-1',
    at: new Date(1614265330_000),
    body: Buffer.from(BODY),
  };
  assert.deepEqual(scheme.verify(signed(current), keys), expected);
  let delivery = deliveryOf(BODY, { 'x-signature': macBy(current, BODY, 'base64') });
  for (const name of ['x-time', 'x-id']) delivery = withHeader(delivery, name, TIME);
  const only = { keyId: 'current', id: undefined, at: undefined, body: Buffer.from(BODY) };
  assert.deepEqual(custom(plain).verify(delivery, keys), only);
});

test('a time may come in milliseconds, where that is set (HOOK-2)', () => {
  const inMs = custom({ ...timed, timestamp: { header: 'x-time', unit: 'ms' } });
  const at = inMs.verify(signed(current, `${TIME}123`), keys)?.at;
  assert.deepEqual(at, new Date(1614265330_123));
  assert.equal(scheme.verify(signed(current, `${TIME}123`), keys), undefined);
});

test('a sloppy time or id is none, signed or not (HOOK-2)', () => {
  for (const time of ['', `${TIME}a`, `0${TIME}`, `-${TIME}`, '1e9'])
    assert.equal(scheme.verify(signed(current, time), keys), undefined, time);
  for (const id of ['', 'a:1', 'a b', 'é', 'a'.repeat(257)])
    assert.equal(scheme.verify(signed(current, TIME, id), keys), undefined, id);
});

test('the prefix is part of the signature, and the encoding is the one that is set (HOOK-1)', () => {
  const [value = ''] = signed(current).headers.get('x-signature') ?? [];
  const mac = Buffer.from(value.slice('sha256='.length), 'hex');
  const hex = mac.toString('hex');
  const others = [hex, `SHA256=${hex}`, `sha1=${hex}`, `sha256=${hex.toUpperCase()}`];
  for (const other of [...others, `sha256=${mac.toString('base64')}`, 'sha256='])
    assert.equal(scheme.verify(withHeader(signed(current), 'x-signature', other), keys), undefined);
  for (const encoding of ['base64', 'base64url'] as const) {
    const encoded = custom({ ...plain, signature: { ...plain.signature, encoding } });
    const delivery = deliveryOf(BODY, { 'x-signature': macBy(current, BODY, encoding) });
    assert.ok(encoded.verify(delivery, keys));
  }
});

test('a template that signs no body, or that two deliveries could share, is an error (HOOK-1)', () => {
  const templates = [
    '',
    '{timestamp}',
    '{id}.{timestamp}',
    '{id}.{timestamp}.body',
    '{id}.{timestamp}.{BODY}',
  ];
  templates.push('{id}{timestamp}.{body}', '{id}.{timestamp}{body}', '{id}-{timestamp}.{body}');
  templates.push('{id}.{timestamp}1{body}', '{id}.{timestamp}.1{body}', '{id}_.{timestamp}.{body}');
  templates.push(
    '{id}.{timestamp}.{body}.{body}',
    '{id}.{timestamp}.{body}.{url}',
    '{timestamp}.{body}',
  );
  for (const one of templates)
    assert.throws(() => custom({ ...timed, signed: one }), TypeError, one);
  for (const one of [
    '{id}.{timestamp}.{body}',
    '{body}|{timestamp}|{id}',
    'a{id}:b:{timestamp}\n{body}b',
  ])
    assert.ok(custom({ ...timed, signed: one }), one);
  assert.throws(() => custom({ ...plain, signed: '{timestamp}.{body}' }), TypeError);
  const upper = { ...plain.signature, header: 'X-Signature' };
  assert.throws(() => custom({ ...plain, signature: upper }), TypeError);
});

function signed(key: WebhookKey, time = TIME, id = 'evt-1') {
  const mac = macBy(key, `v2:${id}:${time}:${BODY}`, 'hex');
  return deliveryOf(BODY, { 'x-signature': `sha256=${mac}`, 'x-time': time, 'x-id': id });
}

function macBy({ secret }: WebhookKey, text: string, encoding: MacEncoding): string {
  return createHmac('sha256', secret.reveal()).update(text).digest(encoding);
}
