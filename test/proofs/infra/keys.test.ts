import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keys } from '../../infra/components/keys.ts';
import { generationsOf } from '../../infra/components/keys.ts';
import { grantsOf, readersOf } from '../../infra/components/roles.ts';
import { readingSecret, signing } from '../../infra/components/grants.ts';
import { capture } from '../../infra/test/capture.ts';
import { at, listAt, ofType, textAt } from '../../infra/test/graph.ts';
import { place, specimen } from './specimen.ts';

const first = { generation: 1, notBefore: '2026-01-01T00:00:00Z' };
const retired = { ...first, notAfter: '2027-01-02T00:00:00Z' };
const second = { generation: 2, notBefore: '2027-01-01T00:00:00Z' };

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const { graph } = await capture(specimen);
const { graph: rotated } = await capture(() => {
  const generations = { audit: [retired, second] };
  const purposes = [{ purpose: 'audit', segment: 'app', use: 'sign', why: '' }] as const;
  new Keys('keys', { settings: place, purposes, generations });
  return {};
});

test('to rotate a key that signs is to add a line: the newest comes first, and the old one is kept', () => {
  assert.deepEqual(generationsOf({ audit: [retired, second] }, 'audit'), [second, retired]);
  const signs = ofType(rotated, 'aws:kms/key:Key').filter(({ name }) =>
    name.startsWith('key-audit'),
  );
  assert.deepEqual(
    signs.map(({ name, inputs, options }) => [name, inputs['keyUsage'], options.protect]),
    [
      ['key-audit-1', 'SIGN_VERIFY', true],
      ['key-audit-2', 'SIGN_VERIFY', true],
    ],
  );
});

test('a key is one purpose’s, waits 30 days before it goes, and is rotated where AWS can (SUPPLY-5)', () => {
  const keys = ofType(graph, 'aws:kms/key:Key');
  assert.equal(keys.length, 6);
  for (const { name, inputs, options } of keys) {
    assert.equal(inputs['deletionWindowInDays'], 30, name);
    assert.equal(options.protect, true, name);
    assert.equal(inputs['enableKeyRotation'], inputs['keyUsage'] ? undefined : true, name);
    const used = /^kms:(Sign|Decrypt|Encrypt|GenerateDataKey|CreateGrant)/;
    for (const statement of listAt(JSON.parse(textAt(inputs, 'policy')), 'Statement'))
      if (textAt(statement, 'Sid') === 'Administration')
        assert.deepEqual(
          listAt(statement, 'Action').filter((action) => used.test(String(action))),
          [],
          name,
        );
  }
});

test('a key says by itself what it is for and who may use it (SUPPLY-5)', () => {
  const uses = (name: string) => {
    const node = ofType(graph, 'aws:kms/key:Key').find((one) => one.name === name);
    const [, ...used] = listAt(JSON.parse(textAt(node?.inputs, 'policy')), 'Statement');
    return used.map((statement) => [at(statement, 'Action'), at(statement, 'Condition')]);
  };
  const app = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/acme-prod.app.*' } };
  assert.deepEqual(uses('key-webhooks'), [
    [
      ['kms:GenerateDataKey', 'kms:Decrypt'],
      { ...app, StringEquals: { 'kms:EncryptionContext:purpose': 'webhooks' } },
    ],
  ]);
  assert.deepEqual(uses('key-audit-1'), [
    [['kms:Sign'], { ...app, StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } }],
    [['kms:GetPublicKey'], app],
  ]);
  const via = {
    'kms:CallerAccount': '111122223333',
    'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com',
  };
  assert.deepEqual(uses('key-app-secrets'), [
    [['kms:GenerateDataKey', 'kms:Decrypt'], { StringEquals: via }],
    [['kms:CreateGrant'], { StringEquals: via, Bool: { 'kms:GrantIsForAWSResource': 'true' } }],
  ]);
});

test('who signs is granted one way of signing (SUPPLY-5)', () => {
  const [sign] = signing('api', 'audit', '');
  assert.deepEqual(sign?.condition, {
    StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' },
  });
});

test('a secret is a place without a value (SUPPLY-5)', () => {
  assert.deepEqual(ofType(graph, 'aws:secretsmanager/secretVersion:SecretVersion'), []);
  for (const { inputs, options } of ofType(graph, 'aws:secretsmanager/secret:Secret')) {
    assert.equal(inputs['recoveryWindowInDays'], 30);
    assert.equal(options.protect, true);
    assert.equal(textAt(inputs, 'tags.rotate-every-days'), '90');
  }
});

test('what AWS does on a caller’s account is granted beside what the caller does, through that service alone (SUPPLY-5)', () => {
  const grants = grantsOf(
    [{ module: 'x', programs: [], grants: [readingSecret('api', 'a', '')] }],
    place,
  );
  assert.deepEqual(
    grants.map(({ actions, target, condition }) => [actions, target.kind, condition]),
    [
      [['secretsmanager:GetSecretValue'], 'secret', undefined],
      [
        ['kms:Decrypt'],
        'key-of-secret',
        { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
      ],
    ],
  );
  assert.deepEqual(readersOf('a', grants), ['api']);
});

test('a line that does not fit is refused', () => {
  const refused = [
    [[second], /generation 1 is missing/],
    [[first, { ...second, generation: 3 }], /generation 2 is missing/],
    [[first, second], /good until the next/],
    [[{ ...first, notAfter: '2026-12-31T00:00:00Z' }, second], /good until the next/],
    [[retired], /none is in use/],
    [[{ ...first, notBefore: 'soon' }], /a time that is none/],
  ] as const;
  for (const [lines, says] of refused)
    assert.throws(() => generationsOf({ audit: lines }, 'audit'), says);
});
