import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCANNED } from '../../scripts/verify-staging.ts';
import { securityHeaders } from '@app/platform/http/server';
import { setSessionCookie } from '@app/platform/http/sessions';
import type { Handler } from './staging.ts';
import { answering, failures, servePlain, serveTls, withHeader } from './staging.ts';

const COOKIE = setSessionCookie('a'.repeat(43));

// A cookie with one flag weakened, and the one finding that names it.
const WEAK_COOKIES: readonly [string, string][] = [
  [COOKIE.replace('__Host-', '__Secure-'), '__Secure-session prefix'],
  [COOKIE.replace('; SameSite=Lax', ''), '__Host-session SameSite'],
  [`${COOKIE}; SameSite=None`, '__Host-session SameSite'],
  [COOKIE.replace('Path=/', 'Path=/session'), '__Host-session Path'],
  [COOKIE.replace('HttpOnly', 'XHttpOnly'), '__Host-session HttpOnly'],
];

for (const [cookie, expected] of WEAK_COOKIES) {
  const shown = cookie.replace('a'.repeat(43), '...');
  test(`a weakened cookie fails by the name of its flag: ${shown} (CHECK-3)`, async (t) => {
    const found = await failures(await servePlain(t, withHeader('set-cookie', cookie)));
    assert.deepEqual(
      [...new Set(found.map((name) => name.replace(/ \/\S* /, ' ')))],
      [`cookie ${expected}`],
    );
  });
}

// A response header that is missing or weak, and what it fails.
const WEAK_HEADERS: readonly [string, string | undefined, string][] = [
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
  ['access-control-allow-origin', 'null', 'cors origin null'],
  ['age', '60', 'answers / is not cached'],
];

for (const [name, value, expected] of WEAK_HEADERS) {
  test(`${name}: ${value ?? 'missing'} is found`, async (t) => {
    const stage = name === 'strict-transport-security' ? serveTls : servePlain;
    const found = await failures(await stage(t, withHeader(name, value)));
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

const framed: Handler = (request, response) => {
  const set = response.setHeader.bind(response);
  response.setHeader = (name, value) => (name === 'x-frame-options' ? response : set(name, value));
  withHeader('content-security-policy', "default-src 'none'")(request, response);
};

test('a page that any site may frame is found', async (t) => {
  const found = await failures(await servePlain(t, framed));
  assert.ok(found.includes('headers / frames'), found.join('\n'));
});

const open: Handler = (request, response) =>
  response.writeHead(request.url === '/' ? 404 : 200, securityHeaders).end('x');

test('whatever is exposed is found, by its path', async (t) => {
  const found = (await failures(await servePlain(t, open))).filter((name) =>
    name.startsWith('exposed'),
  );
  const paths = [...Object.keys(SCANNED.exposed), ...Object.keys(SCANNED.public)];
  assert.deepEqual(
    found,
    paths.map((path) => `exposed ${path}`),
  );
});

// An answer that gives something away.
const TELLING: readonly [Handler, string][] = [
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

for (const [handler, expected] of TELLING) {
  test(`what gives something away is found: ${expected}`, async (t) => {
    const found = await failures(await servePlain(t, handler));
    assert.ok(found.includes(expected), found.join('\n'));
  });
}
