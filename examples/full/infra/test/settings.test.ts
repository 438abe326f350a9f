import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBootstrapSettings } from '../bootstrap/settings.ts';
import { generationsOf } from '../components/keys.ts';
import { readSettings } from '../settings.ts';

const DIGEST = 'a'.repeat(64);
const good: Readonly<Record<string, string>> = {
  'aws:region': 'eu-west-1',
  'aws:allowedAccountIds': '["123456789012"]',
  'aws:defaultTags': '{"tags":{"project":"shop","environment":"prod"}}',
  'infra:domain': 'api.example.com',
  'infra:certificateArn':
    'arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef',
  'infra:images': JSON.stringify({ api: `registry.example.com/shop/api@sha256:${DIGEST}` }),
  'infra:egress': 'dns-firewall',
  'infra:authorization': 'image',
  'infra:detection': 'true',
  'infra:zones': '["eu-west-1a","eu-west-1b"]',
};

const read = (changed: Readonly<Record<string, string | undefined>> = {}) =>
  readSettings('shop', 'prod', (key) => ({ ...good, ...changed })[key]);

test('what is well formed is read, and nothing of it is a default', () => {
  const { project, environment, accountId, images, zones, alertEmail } = read();
  assert.deepEqual([project, environment, accountId], ['shop', 'prod', '123456789012']);
  assert.deepEqual(Object.keys(images), ['api']);
  assert.deepEqual(zones, ['eu-west-1a', 'eu-west-1b']);
  assert.equal(alertEmail, undefined);
  for (const key of Object.keys(good)) assert.throws(() => read({ [key]: undefined }), /must/, key);
});

// A tag can be moved to another image, and another account's certificate or zone deploys half of the rest first.
const bad: readonly (readonly [key: string, value: string])[] = [
  ['infra:images', JSON.stringify({ api: 'registry.example.com/shop/api:latest' })],
  [
    'infra:images',
    JSON.stringify({ api: `registry.example.com/shop/api@sha256:${'a'.repeat(63)}` }),
  ],
  ['infra:images', '{"api":"to be filled in"}'],
  ['infra:images', '{}'],
  ['infra:domain', 'https://api.example.com'],
  ['infra:domain', '*.example.com'],
  ['infra:domain', '10.0.0.1'],
  ['infra:domain', 'localhost'],
  ['infra:certificateArn', 'arn:aws:acm:eu-west-1:210987654321:certificate/0'],
  ['infra:zones', '["eu-west-1a"]'],
  ['infra:zones', '["eu-west-1a","eu-west-1a"]'],
  ['infra:zones', '["eu-west-1a","us-east-1b"]'],
  ['infra:egress', 'open'],
  ['infra:alertEmail', 'to be filled in'],
  ['infra:aliases', '["*.example.com"]'],
  ['aws:allowedAccountIds', '["123456789012","210987654321"]'],
  ['aws:defaultTags', '{"tags":{"project":"shop","environment":"dev"}}'],
];

test('what is wrong is told with the way out, and never with the value', () => {
  for (const [key, value] of bad)
    assert.throws(
      () => read({ [key]: value }),
      ({ message }: Error) =>
        /must .+: (pulumi config set|edit it)/.test(message) && !message.includes(value),
      `${key} ${value}`,
    );
});

test('everything that is wrong is told at once', () => {
  const wrong = { 'infra:domain': 'x', 'infra:egress': 'x', 'infra:zones': 'x' };
  assert.throws(
    () => read(wrong),
    ({ message }: Error) => Object.keys(wrong).every((key) => message.includes(key)),
  );
});

test('a stack is dev or prod, and a project is named so that its roles can be', () => {
  assert.throws(() => readSettings('shop', 'staging', (key) => good[key]), /dev or prod/);
  assert.throws(() => readSettings('s'.repeat(31), 'prod', (key) => good[key]), /shorten it/);
});

test('bootstrap lets in one repository, whole (SUPPLY-5)', () => {
  const configured: Readonly<Record<string, string>> = {
    'aws:region': 'eu-west-1',
    'aws:allowedAccountIds': '["111122223333"]',
    'bootstrap:repository': 'acme/shop',
    'bootstrap:environments': '["prod"]',
    'bootstrap:services': '["api"]',
  };
  const readBootstrap = (more: Readonly<Record<string, string>> = {}) =>
    readBootstrapSettings('shop-bootstrap', (key) => ({ ...configured, ...more })[key]);
  assert.equal(readBootstrap().project, 'shop');
  for (const repository of ['acme/*', '*', 'acme', 'acme/shop:ref', 'acme/sh?p', ''])
    assert.throws(
      () => readBootstrap({ 'bootstrap:repository': repository }),
      /repository/,
      repository,
    );
  assert.throws(() => readBootstrap({ 'bootstrap:environments': '["prod","*"]' }), /environments/);
});

const first = { generation: 1, notBefore: '2026-01-01T00:00:00Z' };
const retired = { ...first, notAfter: '2027-01-02T00:00:00Z' };
const second = { generation: 2, notBefore: '2027-01-01T00:00:00Z' };

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
