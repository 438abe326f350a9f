import assert from 'node:assert/strict';
import http from 'node:http';
import type { ServerOptions } from 'node:https';
import { test } from 'node:test';
import type { Certificate } from '../../platform/test/support/certificate.ts';
import { certificateFor } from '../../platform/test/support/certificate.ts';
import type { Serve } from './stage.ts';
import { asItIs, failures, listening, own, staged, STRONG } from './stage.ts';

const OLD = (version: 'TLSv1' | 'TLSv1.1'): ServerOptions => ({
  minVersion: version,
  ciphers: 'ALL:@SECLEVEL=0',
});

// A server that agrees to what it should refuse, or whose certificate nobody should believe.
const WEAK_TLS: readonly [string, ServerOptions, Certificate, string][] = [
  ['TLS 1.0', OLD('TLSv1'), own, 'tls TLS 1.0 is refused'],
  ['TLS 1.1', OLD('TLSv1.1'), own, 'tls TLS 1.1 is refused'],
  [
    'RSA key exchange',
    { ciphers: 'AES256-GCM-SHA384' },
    own,
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

for (const [what, options, certificate, expected] of WEAK_TLS) {
  test(`${what} is found`, async (t) => {
    const found = await failures(await staged(t, asItIs, options, certificate));
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

test('a certificate that nobody vouches for fails everything, and old TLS behind it still shows', async (t) => {
  const { ca: _unknown, ...staging } = await staged(t, asItIs, OLD('TLSv1'));
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
    const answer: Serve = (_request, response) =>
      void response.writeHead(status, { location }).end();
    const httpPort = await listening(t, http.createServer(answer));
    const found = await failures({ ...(await staged(t)), httpPort });
    assert.deepEqual(
      found,
      held ? [] : ['redirect plain http leads to https'],
      `${status} ${location}`,
    );
  }
});
