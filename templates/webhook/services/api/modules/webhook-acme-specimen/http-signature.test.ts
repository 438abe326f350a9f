import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf } from '../../../../platform/test/support/scheme-claims.ts';
import {
  published,
  testSecret,
  webhookKey,
  withHeader,
} from '../../../../platform/test/support/webhooks.ts';
import type { Delivery, WebhookKey } from '@app/platform/webhooks/scheme';
import { httpSignature } from './http-signature.ts';
import { algorithmOf } from './http-signature/keys.ts';
import { signatureBase } from './http-signature/signature-base.ts';
import {
  BODY,
  byShared,
  CREATED,
  draft,
  hmacKey,
  IN_PARTS,
  kinds,
  NAMED,
  shared,
  signed,
  signedWith,
} from './http-signature/signed.ts';
import { parseSignatureInputs } from './http-signature/structured-fields.ts';

const scheme = httpSignature({ label: 'sig1', now: () => (CREATED + 1) * 1000 });
const headers = ['signature-input', 'signature', 'content-digest', 'content-type'];

const parts = { scheme, headers, signsUrl: true } as const;
const ofShared = (key: WebhookKey) => signed(key, byShared(key));
claimsOf({ ...parts, keys: shared, signedBy: ofShared }, 'http-signature with hmac-sha256');

for (const [name, pairOf] of Object.entries(kinds)) {
  const [first, second] = [pairOf(), pairOf()];
  const keys = [webhookKey('first', first.pem), webhookKey('second', second.pem)] as const;
  const signedBy = (key: WebhookKey) => signed(key, (key.id === 'first' ? first : second).signer);
  claimsOf({ ...parts, keys, signedBy }, `http-signature with ${name}`);
}

test('what is signed is told: nonce, time and body (HOOK-1)', () => {
  const expected = {
    id: 'b3k2pp5k7z-50gnwp.yemd',
    at: new Date(CREATED * 1000),
    body: Buffer.from(BODY),
  };
  for (const components of [NAMED, IN_PARTS, `${NAMED} "@scheme" "date"`]) {
    const delivery = withHeader(draft(), 'date', 'Tue, 20 Apr 2021 02:07:55 GMT');
    const sent = signedWith({ delivery, components });
    assert.deepEqual(scheme.verify(sent, shared), { keyId: hmacKey.id, ...expected });
  }
});

test('the published vectors have this base, and hold (HOOK-1)', () => {
  // RFC 9421, B.2.5 and B.2.6, with the request of B.2.
  let request = withHeader(draft(), 'date', 'Tue, 20 Apr 2021 02:07:55 GMT');
  request = withHeader(request, 'content-length', '18');
  const secret = published(
    'uzvJfB4u3N0Jy4T7 NZ75MDVcr8zSTIne dJtkgcu46YW4XByz NJjxBdtjUkdJPBtb mHhIDi6pcl8jsasj lTMtDQ',
  );
  const input =
    'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';
  const base = baseOf(input, 'sig-b25', request);
  assert.equal(
    base,
    '"date": Tue, 20 Apr 2021 02:07:55 GMT\n"@authority": example.com\n"content-type": application/json\n'.concat(
      '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    ),
  );
  const mac = createHmac('sha256', Buffer.from(secret, 'base64')).update(base).digest('base64');
  assert.equal(mac, published('pxcQw6G3AjtMBQjw o8XzkZf/bws5Lelb aMk5rGIGtE8='));

  const ed25519 =
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const pem = pemOf(published('MCowBQYDK2VwAyEA JrQLj5P/89iXES9+ vFgrIy29clF9CC/o PPsw3c5D0bs='));
  const signature = published(
    'wqcAqbmYJ2ji2glf AMaRy4gruYYnx2nE FN2HN6jrnDnQCK1u 02Gb04v9EDgwUPiu 4A0w6vuQv5lIp5WP pBKRCw==',
  );
  const algorithm = algorithmOf(webhookKey('test-key-ed25519', pem));
  assert.ok(
    algorithm.verify(
      Buffer.from(baseOf(ed25519, 'sig-b26', request)),
      Buffer.from(signature, 'base64'),
    ),
  );

  // Neither covers the body, so neither proves a delivery.
  const unbound = withHeader(
    withHeader(request, 'signature-input', ed25519),
    'signature',
    `sig-b26=:${signature}:`,
  );
  const itsScheme = httpSignature({ label: 'sig-b26', now: () => CREATED * 1000 });
  assert.equal(itsScheme.verify(unbound, [webhookKey('test-key-ed25519', pem)]), undefined);
});

const proves = (digest: string) =>
  scheme.verify(signedWith({ delivery: withHeader(draft(), 'content-digest', digest) }), shared) !==
  undefined;

test('the published digests of the body are its digests (HOOK-1)', () => {
  // RFC 9421, B.2, and RFC 9530, B.1.
  const sha512 = published(
    'sha-512=:WZDPaVn/7XgHaAy8 pmojAkGWoRx2UFCh F41A2svX+TaPm+Ab wAgBWnrIiYllu7BN NyealdVLvRwEmTHW XvJwew==:',
  );
  const sha256 = published('sha-256=:X48E9qOokqqrvdts 8nOJRJN3OWDUoyWx Bf7kbu9DBPE=:');
  const wrong = `sha-256=:${createHash('sha256').update('x').digest('base64')}:`;
  const md5 = `md5=:${createHash('md5').update(BODY).digest('base64')}:`;
  for (const digest of [sha256, sha512, `${sha256}, ${sha512}`, `${sha512},${sha256}`])
    assert.ok(proves(digest), digest);
  for (const digest of [
    wrong,
    `${sha512}, ${wrong}`,
    `${wrong}, ${sha512}`,
    md5,
    `${sha256}, ${md5}`,
  ])
    assert.ok(!proves(digest), digest);
  for (const digest of [
    `${sha256}, ${sha256}`,
    sha256.toUpperCase(),
    sha256.replaceAll(':', ''),
    sha256.replace('=:', ':'),
  ])
    assert.ok(!proves(digest), digest);
});

test('a signature that leaves something out proves nothing, however good (HOOK-1)', () => {
  const covered = IN_PARTS.split(' ');
  for (const left of covered) {
    const components = covered.filter((name) => name !== left).join(' ');
    assert.equal(scheme.verify(signedWith({ components }), shared), undefined, left);
  }
  for (const components of [
    '',
    `${NAMED} "@method"`,
    `${NAMED} "x-absent"`,
    `${NAMED} "@unknown"`,
    `${NAMED} "Date"`,
  ])
    assert.equal(scheme.verify(signedWith({ components }), shared), undefined, components);
  const withoutQuery = { ...draft(), url: new URL('https://example.com/foo') };
  const components = IN_PARTS.replace(' "@query"', '');
  assert.ok(scheme.verify(signedWith({ delivery: withoutQuery, components }), shared));
});

test('a key that could prove nothing is an error (HOOK-1)', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const others = [
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('x25519'),
  ];
  const texts = others.map(({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  texts.push(
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    '',
    'hmac-sha256:',
    'hmac-sha256:AAAA',
  );
  texts.push(
    testSecret(1).toString('base64'),
    pemOf('AAAA'),
    `hmac-sha256:${testSecret(1).toString('base64url')}`,
  );
  for (const text of texts)
    assert.throws(() => scheme.checkKey?.(webhookKey('a', text)), TypeError);
});

function baseOf(input: string, label: string, delivery: Delivery): string {
  const parsed = parseSignatureInputs(input)?.get(label);
  return (parsed && signatureBase(parsed, delivery)) ?? '';
}

function pemOf(base64: string): string {
  return ['-----BEGIN PUBLIC KEY-----', base64, '-----END PUBLIC KEY-----', ''].join('\n');
}
