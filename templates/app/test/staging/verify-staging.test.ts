import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import type { ServerOptions } from 'node:https';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EXPOSED, PUBLIC } from '../../scripts/staging/exposed.ts';
import type { Finding } from '../../scripts/staging/finding.ts';
import type { Staging } from '../../scripts/staging/verify.ts';
import { verifyStaging } from '../../scripts/staging/verify.ts';
import { problemOfTarget } from '../../scripts/staging/target.ts';
import { rateLimits } from '../../services/api/http/rate-limits.ts';
import { securityHeaders } from '../../services/api/http/security-headers.ts';
import { setSessionCookie } from '../../services/api/http/session-cookie.ts';
import type { Certificate } from '../support/certificate.ts';
import { openTestApp } from '../support/build-app.ts';
import { certificateFor } from '../support/certificate.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const own = certificateFor('localhost');
const STRONG: ServerOptions = { minVersion: 'TLSv1.2', ciphers: 'ECDHE+AESGCM' };
const COOKIE = setSessionCookie('a'.repeat(43));
// Each test asks a hundred times, from one address.
const network = { ...rateLimits.network, points: 1_200_000 };
const service = await openTestApp({ limits: { ...rateLimits, network } });
after(() => service.close());

// The service itself, with a header or an answer changed.
const asItIs: Serve = (request, response) => void service.app.routing(request, response);

function withHeader(name: string, value: string | undefined): Serve {
  return (request, response) => {
    const writeHead = response.writeHead.bind(response);
    response.writeHead = ((status: number, ...rest: unknown[]) => {
      const given = rest.find((one) => typeof one === 'object') as
        Record<string, string> | undefined;
      for (const [known, sent] of Object.entries(given ?? {})) response.setHeader(known, sent);
      if (value === undefined) response.removeHeader(name);
      else response.setHeader(name, value);
      return writeHead(status);
    }) as never;
    asItIs(request, response);
  };
}

function answering(path: string, status: number, body = '', type = 'text/plain'): Serve {
  return (request, response) => {
    if (request.url !== path) return asItIs(request, response);
    return response.writeHead(status, { ...securityHeaders, 'content-type': type }).end(body);
  };
}

async function staged(
  t: TestContext,
  serve: Serve = asItIs,
  options: ServerOptions = STRONG,
  { cert, key }: Certificate = own,
): Promise<Staging> {
  const server = https.createServer({ ...options, cert, key }, serve);
  server.on('tlsClientError', () => {});
  const port = await listening(t, server);
  return { origin: new URL(`https://localhost:${port}`), ca: cert, httpPort: port };
}

// Without TLS, for what has nothing to do with it.
async function plain(t: TestContext, serve: Serve): Promise<Staging> {
  const port = await listening(t, http.createServer(serve));
  return { origin: new URL(`http://localhost:${port}`) };
}

async function listening(t: TestContext, server: http.Server): Promise<number> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function failed(findings: readonly Finding[]): string[] {
  return findings.filter(({ problem }) => problem).map(({ check, name }) => `${check} ${name}`);
}

async function failures(staging: Staging): Promise<string[]> {
  return failed(await verifyStaging(staging));
}

test('the service as it is fails nothing', async (t) => {
  const findings = await verifyStaging(await staged(t, withHeader('set-cookie', COOKIE)));
  assert.deepEqual(failed(findings), []);
  assert.ok(findings.length > 100);
});

// A cookie with one flag weakened, and the one finding that names it.
const WEAK_COOKIES: readonly [string, string][] = [
  [COOKIE.replace('__Host-', ''), 'session prefix'],
  [COOKIE.replace('__Host-', '__Secure-'), '__Secure-session prefix'],
  [COOKIE.replace('; Secure', ''), '__Host-session Secure'],
  [COOKIE.replace('; HttpOnly', ''), '__Host-session HttpOnly'],
  [COOKIE.replace('; SameSite=Lax', ''), '__Host-session SameSite'],
  [COOKIE.replace('SameSite=Lax', 'SameSite=None'), '__Host-session SameSite'],
  [`${COOKIE}; SameSite=None`, '__Host-session SameSite'],
  [COOKIE.replace('; Path=/', ''), '__Host-session Path'],
  [COOKIE.replace('Path=/', 'Path=/session'), '__Host-session Path'],
  [`${COOKIE}; Domain=localhost`, '__Host-session Domain'],
  [COOKIE.replace('HttpOnly', 'XHttpOnly'), '__Host-session HttpOnly'],
];

for (const [cookie, expected] of WEAK_COOKIES) {
  const shown = cookie.replace('a'.repeat(43), '...');
  test(`a weakened cookie fails by the name of its flag: ${shown} (CHECK-3)`, async (t) => {
    const found = await failures(await plain(t, withHeader('set-cookie', cookie)));
    assert.deepEqual(
      [...new Set(found.map((name) => name.replace(/ \/\S* /, ' ')))],
      [`cookie ${expected}`],
    );
  });
}

// A response header that is missing or weak, and what it fails.
const WEAK_HEADERS: readonly [string, string | undefined, string][] = [
  ['content-security-policy', undefined, 'headers / content-security-policy'],
  [
    'content-security-policy',
    "default-src 'self' 'unsafe-inline'",
    'headers / content-security-policy',
  ],
  ['strict-transport-security', undefined, 'headers / strict-transport-security'],
  ['strict-transport-security', 'max-age=60', 'headers / strict-transport-security'],
  ['x-content-type-options', undefined, 'headers / x-content-type-options'],
  ['referrer-policy', 'unsafe-url', 'headers / referrer-policy'],
  ['cross-origin-opener-policy', undefined, 'headers / cross-origin-opener-policy'],
  ['cross-origin-resource-policy', 'cross-origin', 'headers / cross-origin-resource-policy'],
  ['cache-control', 'public, max-age=60', 'headers / cache-control'],
  ['server', 'nginx/1.25.3', 'headers / says what runs here'],
  ['x-powered-by', 'Express', 'headers / says what runs here'],
  ['access-control-allow-origin', '*', 'cors origin https://stranger.example'],
  ['access-control-allow-origin', 'null', 'cors origin null'],
  ['age', '60', 'answers / is not cached'],
];

for (const [name, value, expected] of WEAK_HEADERS) {
  test(`${name}: ${value ?? 'missing'} is found`, async (t) => {
    const stage = name === 'strict-transport-security' ? staged : plain;
    const found = await failures(await stage(t, withHeader(name, value)));
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

test('a page that any site may frame is found', async (t) => {
  const framed: Serve = (request, response) => {
    const set = response.setHeader.bind(response);
    response.setHeader = (name, value) =>
      name === 'x-frame-options' ? response : set(name, value);
    withHeader('content-security-policy', "default-src 'none'")(request, response);
  };
  const found = await failures(await plain(t, framed));
  assert.ok(found.includes('headers / frames'), found.join('\n'));
});

const open: Serve = (request, response) =>
  response.writeHead(request.url === '/' ? 404 : 200, securityHeaders).end('x');

test('whatever is exposed is found, by its path', async (t) => {
  const found = (await failures(await plain(t, open))).filter((name) => name.startsWith('exposed'));
  const paths = [...Object.keys(EXPOSED), ...Object.keys(PUBLIC)];
  assert.deepEqual(
    found,
    paths.map((path) => `exposed ${path}`),
  );
});

// An answer that gives something away.
const TELLING: readonly [Serve, string][] = [
  [answering('/openapi.json', 200, '<html>', 'text/html'), 'exposed /openapi.json'],
  [answering('/session', 500), 'answers /session says nothing internal'],
  [
    answering('/verify-staging-nothing-here', 404, 'Error\n    at f (/app/x.js:1:2)'),
    'answers /verify-staging-nothing-here says nothing internal',
  ],
  [answering('/%', 400, '<center>nginx</center>'), 'answers /% says nothing internal'],
  [answering('/verify-staging-nothing-here', 200), 'answers an unknown path is not found'],
  [
    answering('/readyz', 503, '{"status":"down","database":"10.0.0.7"}'),
    'answers /readyz tells ready or not',
  ],
];

for (const [serve, expected] of TELLING) {
  test(`what gives something away is found: ${expected}`, async (t) => {
    const found = await failures(await plain(t, serve));
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

const echo: Serve = (request, response) => {
  if (request.method !== 'TRACE') return asItIs(request, response);
  return response.end(request.rawHeaders.join(' '));
};

test('TRACE that echoes is found', async (t) => {
  assert.deepEqual(await failures(await plain(t, echo)), ['methods TRACE is off']);
});

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

test('a server that never answers is a failure, not a wait', async (t) => {
  const port = await listening(
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

test('credentials, paths and plain http to other machines are refused before anything is sent', () => {
  for (const [url, expected] of [
    ['https://staging.example.com', undefined],
    ['http://localhost:3000', undefined],
    ['http://[::1]:3000', undefined],
    ['http://staging.example.com', /Only https/],
    ['http://localhost.example.com', /Only https/],
    ['ftp://localhost', /Only https/],
    ['https://user@staging.example.com', /credentials/],
    ['https://staging.example.com/path', /origin only/],
  ] as const) {
    const problem = problemOfTarget(new URL(url));
    if (expected === undefined) assert.equal(problem, undefined, url);
    else assert.match(problem ?? '', expected, url);
  }
});

const script = fileURLToPath(new URL('../../scripts/verify-staging.ts', import.meta.url));

test('the command says what it looked at, and its exit status is the verdict', async (t) => {
  const port = await listening(t, http.createServer(withHeader('set-cookie', 'a=b')));
  const command = spawn(process.execPath, [script, `http://localhost:${port}`, '--json']);
  const [output, [status]] = await Promise.all([text(command.stdout), once(command, 'exit')]);
  assert.equal(status, 1);
  assert.ok(failed(JSON.parse(output).findings).includes('cookie / a Secure'));
  for (const args of [[], ['nowhere'], ['https://a.example', 'more'], ['https://u@a.example']]) {
    assert.equal(spawnSync(process.execPath, [script, ...args]).status, 2, args.join(' '));
  }
});
