import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { webhookKey, withHeader } from '../../../../../platform/test/support/webhooks.ts';
import { httpSignature } from '../http-signature.ts';
import {
  byShared,
  CREATED,
  draft,
  hmacKey,
  kinds,
  NAMED,
  NONCE,
  shared,
  signedWith,
  valueOf,
} from './signed.ts';
import type { Signer } from './signed.ts';

const scheme = httpSignature({ label: 'sig1', now: () => (CREATED + 1) * 1000 });

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

test('one label is ours: another one proves nothing, and a stranger next to it harms nothing (HOOK-1)', () => {
  const ours = signedWith({});
  const parameters = [`created=${CREATED}`, `keyid="${hmacKey.id}"`, 'nonce="of-the-proxy"'];
  const others = signedWith({ label: 'proxy', parameters });
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

const parametersWith = (alg: string) => [
  `created=${CREATED}`,
  'keyid="public"',
  NONCE,
  `alg="${alg}"`,
];

test('the key says how it signs: a message that says otherwise proves nothing (HOOK-1)', () => {
  const { pem, signer } = kinds.ed25519();
  const key = webhookKey('public', pem);
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
