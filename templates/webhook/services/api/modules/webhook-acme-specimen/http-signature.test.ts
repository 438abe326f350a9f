import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import { claimsOf } from '@app/platform/testing/scheme-claims';
import { deliveryOf, testSecret, webhookKey, withHeader } from '@app/platform/testing/webhooks';
import type { Delivery, WebhookKey } from '@app/platform/webhooks/scheme';
import { httpSignature } from './http-signature.ts';
import { algorithmOf } from './http-signature/keys.ts';
import { signatureBase } from './http-signature/signature-base.ts';
import { parseSignatureInputs } from './http-signature/structured-fields.ts';

const CREATED = 1618884473;
const BODY = '{"hello": "world"}';
const URL_OF_OURS = 'https://example.com/foo?param=Value&Pet=dog';
const NAMED = '"@method" "@target-uri" "content-digest" "content-type"';
const IN_PARTS = '"@method" "@authority" "@path" "@query" "content-digest" "content-type"';
const NONCE = 'nonce="b3k2pp5k7z-50gnwp.yemd"';
const scheme = httpSignature({ label: 'sig1', now: () => (CREATED + 1) * 1000 });
const headers = ['signature-input', 'signature', 'content-digest', 'content-type'];

type Signer = (base: Buffer) => Buffer;
const shared = [1, 2].map((number) =>
  webhookKey(`shared-${number}`, `hmac-sha256:${testSecret(number).toString('base64')}`),
) as [WebhookKey, WebhookKey];
const byShared = ({ secret }: WebhookKey) => {
  const bytes = Buffer.from(secret.reveal().replace('hmac-sha256:', ''), 'base64');
  return (base: Buffer) => createHmac('sha256', bytes).update(base).digest();
};
const [hmacKey] = shared;

const kinds = {
  ed25519: () => pair(generateKeyPairSync('ed25519'), (key) => (base) => sign(null, base, key)),
  'ecdsa-p256-sha256': () =>
    pair(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      (key) => (base) => sign('sha256', base, { key, dsaEncoding: 'ieee-p1363' }),
    ),
};

describe('hmac-sha256', () => {
  claimsOf({
    scheme,
    keys: shared,
    signedBy: (key) => signed(key, byShared(key)),
    headers,
    signsUrl: true,
  });
});

for (const [name, pairOf] of Object.entries(kinds))
  describe(name, () => {
    const [first, second] = [pairOf(), pairOf()];
    const keys: [WebhookKey, WebhookKey] = [
      webhookKey('first', first.pem),
      webhookKey('second', second.pem),
    ];
    const signedBy = (key: WebhookKey) => signed(key, (key.id === 'first' ? first : second).signer);
    claimsOf({ scheme, keys, signedBy, headers, signsUrl: true });
  });

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
  const secret =
    'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ';
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
  assert.equal(mac, 'pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=');

  const ed25519 =
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const pem = pemOf('MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=');
  const signature =
    'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
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

test('the published digests of the body are its digests (HOOK-1)', () => {
  // RFC 9421, B.2, and RFC 9530, B.1.
  const sha512 =
    'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:';
  const sha256 = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';
  const wrong = `sha-256=:${createHash('sha256').update('x').digest('base64')}:`;
  const md5 = `md5=:${createHash('md5').update(BODY).digest('base64')}:`;
  const proves = (digest: string) =>
    scheme.verify(
      signedWith({ delivery: withHeader(draft(), 'content-digest', digest) }),
      shared,
    ) !== undefined;
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

test('a parameter that is missing, sloppy, doubled or unknown proves nothing (HOOK-1)', () => {
  const [created, keyid] = [`created=${CREATED}`, `keyid="${hmacKey.id}"`];
  assert.ok(scheme.verify(signedWith({ parameters: [NONCE, keyid, created] }), shared));
  const lists = [
    [created, keyid],
    [created, NONCE],
    [keyid, NONCE],
    [created, created, keyid, NONCE],
  ];
  for (const odd of [
    `created="${CREATED}"`,
    `created=0${CREATED}`,
    `created=-${CREATED}`,
    `created=${CREATED}.0`,
    'created',
    'created=1e9',
  ])
    lists.push([odd, keyid, NONCE]);
  for (const odd of [
    'nonce=""',
    'nonce="short"',
    'nonce=12345678',
    'nonce=?1',
    'nonce="with blank"',
    'nonce="a\\"bcdefgh"',
  ])
    lists.push([created, keyid, odd]);
  for (const odd of ['tag="x"', 'x=1', 'expires', 'alg=hmac', 'constructor="x"'])
    lists.push([created, keyid, NONCE, odd]);
  for (const parameters of lists)
    assert.equal(scheme.verify(signedWith({ parameters }), shared), undefined, parameters.join());
});

test('the end that the sender sets is kept to (HOOK-2)', () => {
  const ends = [
    [CREATED + 2, true],
    [CREATED + 1, false],
    [CREATED, false],
    [CREATED - 1, false],
    [0, false],
  ] as const;
  for (const [end, holds] of ends) {
    const parameters = [`created=${CREATED}`, `expires=${end}`, `keyid="${hmacKey.id}"`, NONCE];
    assert.equal(scheme.verify(signedWith({ parameters }), shared) !== undefined, holds, `${end}`);
  }
  const backwards = httpSignature({ label: 'sig1', now: () => (CREATED - 9) * 1000 });
  const parameters = [
    `created=${CREATED}`,
    `expires=${CREATED - 1}`,
    `keyid="${hmacKey.id}"`,
    NONCE,
  ];
  assert.equal(backwards.verify(signedWith({ parameters }), shared), undefined);
});

test('the key says how it signs: a message that says otherwise proves nothing (HOOK-1)', () => {
  const { pem, signer } = kinds.ed25519();
  const key = webhookKey('public', pem);
  const parametersWith = (alg: string) => [
    `created=${CREATED}`,
    'keyid="public"',
    NONCE,
    `alg="${alg}"`,
  ];
  const proves = (alg: string, by: Signer) =>
    scheme.verify(signedWith({ parameters: parametersWith(alg), by }), [key]) !== undefined;
  assert.ok(proves('ed25519', signer));
  for (const alg of ['hmac-sha256', 'rsa-pss-sha512', 'none', '', 'Ed25519'])
    assert.ok(!proves(alg, signer), alg);
  // The public key, which anybody has, taken for a shared secret.
  for (const secret of [pem, pem.trim(), pem.split('\n')[1] ?? ''])
    assert.ok(!proves('hmac-sha256', (base) => createHmac('sha256', secret).update(base).digest()));
});

test('the key is the one that is named, and no other, though it would prove it (HOOK-1)', () => {
  const [first, second] = shared;
  const parameters = [`created=${CREATED}`, `keyid="${second.id}"`, NONCE];
  assert.equal(scheme.verify(signedWith({ parameters, by: byShared(first) }), shared), undefined);
  assert.equal(
    scheme.verify(signedWith({ parameters, by: byShared(second) }), shared)?.keyId,
    second.id,
  );
});

test('one label is ours: another one proves nothing, and a stranger next to it harms nothing (HOOK-1)', () => {
  const ours = signedWith({});
  const others = signedWith({ label: 'proxy' });
  const both = (name: string, reverse: boolean) => {
    const values = [valueOf(ours, name), valueOf(others, name)];
    return (reverse ? values.toReversed() : values).join(', ');
  };
  assert.equal(scheme.verify(others, shared), undefined);
  for (const reverse of [false, true]) {
    const delivery = withHeader(ours, 'signature-input', both('signature-input', reverse));
    assert.ok(scheme.verify(withHeader(delivery, 'signature', both('signature', reverse)), shared));
  }
  const swapped = withHeader(ours, 'signature', valueOf(others, 'signature'));
  assert.equal(scheme.verify(swapped, shared), undefined);
});

test('a member that comes twice, or in another writing, spoils the whole header (HOOK-1)', () => {
  const good = signedWith({});
  for (const name of ['signature-input', 'signature']) {
    const value = valueOf(good, name);
    const odd = [
      `${value}, ${value}`,
      `${value},`,
      `,${value}`,
      `${value};x=1`,
      `x=1, ${value}`,
      value.toUpperCase(),
    ];
    odd.push(
      value.replace('=', ' ='),
      `${value}, other`,
      value.replace('sig1', 'sig-1'),
      value.replace('sig1=', ''),
    );
    for (const one of odd)
      assert.equal(scheme.verify(withHeader(good, name, one), shared), undefined, one);
  }
  for (const components of [
    NAMED.replaceAll(' ', '  '),
    ` ${NAMED}`,
    NAMED.replaceAll('"', ''),
    `${NAMED} "date";bs`,
  ])
    assert.equal(scheme.verify(signedWith({ components }), shared), undefined, components);
});

test('a header cannot bring a line of its own into what was signed (HOOK-1)', () => {
  for (const type of [
    'application/json\n"x": y',
    'application/json ',
    ' application/json',
    'application/jsön',
    '',
  ]) {
    const delivery = withHeader(draft(), 'content-type', type);
    assert.equal(scheme.verify(signedWith({ delivery }), shared), undefined, type);
  }
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

interface Signing {
  readonly delivery?: Delivery;
  readonly components?: string;
  readonly parameters?: readonly string[];
  readonly by?: Signer;
  readonly label?: string;
}

// Written apart from what it tries: a mistake made in both would prove itself.
function signedWith({
  delivery = draft(),
  components = NAMED,
  parameters,
  by,
  label,
}: Signing): Delivery {
  const usual = [`created=${CREATED}`, `keyid="${hmacKey.id}"`, NONCE];
  const input = [`(${components})`, ...(parameters ?? usual)].join(';');
  const names = [...components.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name);
  const lines = names.map((name) => `"${name}": ${componentOf(delivery, name)}`);
  const base = Buffer.from([...lines, `"@signature-params": ${input}`].join('\n'));
  const signature = (by ?? byShared(hmacKey))(base).toString('base64');
  const labelled = withHeader(delivery, 'signature-input', `${label ?? 'sig1'}=${input}`);
  return withHeader(labelled, 'signature', `${label ?? 'sig1'}=:${signature}:`);
}

function componentOf({ method, url, headers: fields }: Delivery, name: string): string {
  const derived = new Map([
    ['@method', method],
    ['@target-uri', url.href],
    ['@scheme', 'https'],
    ['@authority', url.host],
    ['@path', url.pathname],
    ['@query', url.search],
  ]);
  return derived.get(name) ?? fields.get(name)?.[0] ?? '';
}

function signed({ id }: WebhookKey, by: Signer): Delivery {
  return signedWith({ parameters: [`created=${CREATED}`, `keyid="${id}"`, NONCE], by });
}

function draft(): Delivery {
  const digest = createHash('sha256').update(BODY).digest('base64');
  const given = { 'content-type': 'application/json', 'content-digest': `sha-256=:${digest}:` };
  return deliveryOf(BODY, given, URL_OF_OURS);
}

function baseOf(input: string, label: string, delivery: Delivery): string {
  const parsed = parseSignatureInputs(input)?.get(label);
  return (parsed && signatureBase(parsed, delivery)) ?? '';
}

function valueOf(delivery: Delivery, name: string): string {
  return delivery.headers.get(name)?.[0] ?? '';
}

function pair(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  signerOf: (key: KeyObject) => Signer,
): { pem: string; signer: Signer } {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { pem, signer: signerOf(privateKey) };
}

function pemOf(base64: string): string {
  return ['-----BEGIN PUBLIC KEY-----', base64, '-----END PUBLIC KEY-----', ''].join('\n');
}
