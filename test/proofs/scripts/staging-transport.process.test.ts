import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import type { ServerOptions } from 'node:https';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { targetOf } from '../../scripts/verify-staging.ts';
import type { Certificate } from '../../platform/test/support/certificate.ts';
import { certificateFor } from '../../platform/test/support/certificate.ts';
import type { Handler } from './staging.ts';
import { failures, listenOn, certificate, serveTls, STRONG, unchanged } from './staging.ts';

const OLD = (version: 'TLSv1' | 'TLSv1.1'): ServerOptions => ({
  minVersion: version,
  ciphers: 'ALL:@SECLEVEL=0',
});

// A server that agrees to weak TLS, or that has an invalid certificate.
const WEAK_TLS: readonly [string, ServerOptions, Certificate, string][] = [
  ['TLS 1.1', OLD('TLSv1.1'), certificate, 'tls TLS 1.1 is refused'],
  [
    'RSA key exchange',
    { ciphers: 'AES256-GCM-SHA384' },
    certificate,
    'tls every cipher has forward secrecy',
  ],
  [
    'a certificate that ends within two weeks',
    STRONG,
    certificateFor('localhost', 13),
    'tls the certificate is valid for a while',
  ],
  [
    'a certificate that has ended',
    STRONG,
    certificateFor('localhost', -1),
    'tls the certificate is valid for a while',
  ],
  [
    'a certificate for another host',
    STRONG,
    certificateFor('other.example'),
    'tls the certificate is valid for a while',
  ],
];

for (const [what, options, served, expected] of WEAK_TLS) {
  test(`${what} is found`, async (t) => {
    const found = await failures(await serveTls(t, unchanged, options, served));
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

test('a certificate that nobody vouches for fails everything, and old TLS behind it still shows', async (t) => {
  const { ca: _unknown, ...staging } = await serveTls(t, unchanged, OLD('TLSv1'));
  const found = await failures(staging);
  assert.ok(found.includes('tls the certificate is valid for a while'), found.join('\n'));
  assert.ok(found.includes('tls TLS 1.0 is refused'));
  assert.ok(found.includes('answers the server answers'));
});

test('plain http leads to https on the same host, for good, or is found', async (t) => {
  for (const [status, location, held] of [
    [308, 'https://localhost/', true],
    [302, 'https://localhost/', false],
    [308, 'https://elsewhere.example/', false],
    [308, 'http://localhost/', false],
    [200, '', false],
  ] as const) {
    const answer: Handler = (_request, response) =>
      void response.writeHead(status, { location }).end();
    const httpPort = await listenOn(t, http.createServer(answer));
    const found = await failures({ ...(await serveTls(t)), httpPort });
    assert.deepEqual(
      found,
      held ? [] : ['redirect plain http leads to https'],
      `${status} ${location}`,
    );
  }
});

test('a server that never answers is a failure, not a wait', async (t) => {
  const port = await listenOn(
    t,
    http.createServer(() => {}),
  );
  const origin = new URL(`http://localhost:${port}`);
  const found = await failures({ origin, timeoutMs: 200 });
  assert.deepEqual(found, [
    'answers the server answers',
    'exposed the server answers',
    'methods the server answers',
  ]);
});

test('only an origin without credentials is a target', () => {
  for (const url of ['http://localhost:3000', 'http://127.0.0.1'])
    assert.equal(targetOf(url).href, `${url}/`);
  for (const url of [
    'ftp://localhost',
    'https://:x@a.example',
    'https://a.example/?b',
    'https://a.example/#b',
  ])
    assert.throws(() => targetOf(url), Error, url);
});

const script = fileURLToPath(new URL('../../scripts/verify-staging.ts', import.meta.url));

test('wrong usage of the command exits with 2', () => {
  for (const args of [[], ['nowhere'], ['https://a.example', 'more'], ['https://u@a.example']])
    assert.equal(spawnSync(process.execPath, [script, ...args]).status, 2, args.join(' '));
});
