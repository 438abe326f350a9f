import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Type } from 'typebox';
import type { Config } from '@app/platform/service/config';
import { invalidValues, receiver } from '@app/platform/service/environment';
import { readCommandConfig, readConfig } from './config.ts';

const PRODUCTION = {
  DATABASE_URL: 'postgres://app@db.internal/app',
  PUBLIC_ORIGIN: 'https://api.example.com',
  DATA_FOLDER: '/var/lib/api',
};

function problems(argv: readonly string[], source: Record<string, string>): readonly string[] {
  const config = readConfig(argv, source);
  return config.ok ? [] : config.error;
}

function accepted(argv: readonly string[], source: Record<string, string>): Config {
  const config = readConfig(argv, source);
  assert.ok(config.ok);
  return config.value;
}

test('a local run needs nothing, listens on loopback and owns a folder', () => {
  const config = accepted(['--local'], {});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 3000);
  assert.equal(config.database.kind, 'folder');
});

test('without --local it is production, and says all that is missing at once', () => {
  const found = problems([], { PORT: 'eighty' });
  assert.equal(found.length, 4);
  assert.match(
    found.join('\n'),
    /PORT must be .*\nDATABASE_URL is required .*\nPUBLIC_ORIGIN is .*\nDATA_FOLDER.* is/,
  );
});

test('the profile is an argument and nothing else makes a run local (AUTHZ-4)', () => {
  for (const source of [{ NODE_ENV: 'development' }, { LOCAL: '1' }, { NODE_ENV: 'test' }])
    assert.notDeepEqual(problems([], source), []);
  assert.equal(accepted([], PRODUCTION).profile, 'production');
});

function withPassword(password: string): string {
  const url = new URL(PRODUCTION.DATABASE_URL);
  url.password = password;
  return url.href;
}

test('an argument that is not known is refused', () => {
  assert.equal(problems(['--local', '--locale'], {}).length, 1);
  assert.equal(problems(['local'], PRODUCTION).length, 1);
});

test('a problem names the variable and never repeats its value', () => {
  const value = randomBytes(12).toString('hex');
  const found = problems([], {
    ...PRODUCTION,
    DATABASE_URL: withPassword(value),
    LOG_LEVEL: value,
  });
  assert.equal(found.length, 2);
  assert.ok(!found.join('\n').includes(value));
});

test('a password in the database address is refused', () => {
  assert.equal(problems([], { ...PRODUCTION, DATABASE_URL: withPassword('b') }).length, 1);
});

test('the public origin is https and an origin', () => {
  for (const origin of ['http://api.example.com', 'https://api.example.com/', 'https://a b'])
    assert.equal(problems([], { ...PRODUCTION, PUBLIC_ORIGIN: origin }).length, 1, origin);
});

test('nobody is believed about addresses, and no other origin let in, unless listed', () => {
  const { trustedProxies, corsOrigins } = accepted([], PRODUCTION);
  assert.deepEqual([trustedProxies, corsOrigins], [[], []]);
  const listed = accepted([], {
    ...PRODUCTION,
    TRUSTED_PROXIES: '10.0.3.0/24, fd00::1,127.0.0.1',
    CORS_ORIGINS: 'https://a.example, https://b.example:8443',
  });
  assert.deepEqual(listed.trustedProxies, ['10.0.3.0/24', 'fd00::1', '127.0.0.1']);
  assert.deepEqual(listed.corsOrigins, ['https://a.example', 'https://b.example:8443']);
});

const NO_PROXIES = [
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/7',
  '2000::/3',
  '::ffff:0:0/96',
  '::ffff:10.0.0.1',
  '0.0.0.0',
  '::',
  '10.0.0.0/33',
  '10.0.0.0/255.0.0.0',
  '10.0.0.0/08',
  '10.0.0.0/8/8',
  '10.0.0',
  'loopback',
  'uniquelocal',
  'proxy.internal',
  'true',
  '1',
  '*',
  '10.0.0.1,',
];

test('a list of proxies that lets strangers choose their address is refused', () => {
  for (const list of NO_PROXIES)
    assert.equal(problems([], { ...PRODUCTION, TRUSTED_PROXIES: list }).length, 1, list);
});

const NO_ORIGINS = [
  '*',
  'null',
  'https://*',
  'https://*.example.com',
  'http://app.example.com',
  'https://app.example.com/',
  'https://app.example.com:443',
  'https://APP.example.com',
  'https://user@app.example.com',
  'https://app.example.com?a',
  '/example/',
  '^https://.*$',
  'https://a.example,',
  'https://a.example https://b.example',
];

test('a list of origins that is not exact is refused', () => {
  for (const list of NO_ORIGINS)
    assert.equal(problems([], { ...PRODUCTION, CORS_ORIGINS: list }).length, 1, list);
});

test('a switch that turns certificate checks off is refused', () => {
  assert.equal(problems([], { ...PRODUCTION, NODE_TLS_REJECT_UNAUTHORIZED: '0' }).length, 1);
});

test('a command beside the service refuses what the service refuses', () => {
  for (const source of [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, { DATABASE_URL: withPassword('b') }])
    assert.equal(readCommandConfig(source).ok, false);
});

test('an empty variable is an absent one', () => {
  assert.equal(accepted(['--local'], { PORT: '', DATABASE_URL: '' }).port, 3000);
});

test('a module reads the variables it named, and no other', () => {
  const { environment } = accepted(['--local'], { PORT: '8080', SECRET: 'x' });
  assert.deepEqual(environment({ PORT: Type.Integer() }), { PORT: 8080 });
  assert.deepEqual(environment({ SECRET: Type.String() }), {});
});

test('a receiver is reached over https or on this machine, and its address carries no password (HOOK-6)', () => {
  const reporting = { RECEIVER: receiver('http://localhost:4318') };
  const credential = new URL('https://collector.example');
  credential.password = credential.hostname;
  for (const endpoint of [
    'http://collector.example',
    'http://localhost.example:4318',
    'http://127.0.0.10',
    'https://collector.example/?a=b',
    'ftp://localhost',
    credential.href,
  ])
    assert.equal(invalidValues(reporting, { RECEIVER: endpoint }).length, 1, endpoint);
  for (const endpoint of [
    'https://collector.example/otlp',
    'http://localhost:4318',
    'http://[::1]:4318/',
  ])
    assert.deepEqual(invalidValues(reporting, { RECEIVER: endpoint }), [], endpoint);
  assert.equal(accepted(['--local'], {}).receivers.size, 0);
});
