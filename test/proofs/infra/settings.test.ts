import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBootstrapSettings } from '../../infra/bootstrap/settings.ts';
import { readSettings } from '../../infra/settings.ts';

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

// The emitted test has a row for each rule. These are further forms of what it refuses.
const bad: readonly (readonly [key: string, value: string])[] = [
  [
    'infra:images',
    JSON.stringify({ api: `registry.example.com/shop/api@sha256:${'a'.repeat(63)}` }),
  ],
  ['infra:images', '{"api":"to be filled in"}'],
  ['infra:images', '{}'],
  ['infra:domain', 'https://api.example.com'],
  ['infra:domain', '10.0.0.1'],
  ['infra:domain', 'localhost'],
  ['infra:zones', '["eu-west-1a","eu-west-1a"]'],
];

for (const [key, value] of bad)
  test(`${key} refuses ${value} without repeating it`, () => {
    assert.throws(
      () => read({ [key]: value }),
      ({ message }: Error) =>
        /must .+: (pulumi config set|edit it)/.test(message) && !message.includes(value),
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
