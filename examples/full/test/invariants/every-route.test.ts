import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Type } from 'typebox';
import { publicAccess } from '@app/platform/http/access';
import { strictObject } from '@app/platform/http/schemas';
import { limits } from '@app/platform/http/limits';
import { securityHeaders } from '@app/platform/http/server';
import type { Module } from '@app/platform/service/module';
import type { TestApp } from '../support/build-app.ts';
import { appWithoutDatabase } from '../support/build-app.ts';
import { installedSupport } from '../support/installed.ts';

// The unauthenticated surface, with what modules list in their samples.ts: a new row is a decision that a reviewer sees.
const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  'GET /livez': 'The orchestrator asks, and it learns only that the process answers.',
  'GET /readyz': 'The load balancer asks, and it learns only whether to send requests.',
};

const config = { access: publicAccess('A specimen that only this test serves.') };
const Body = strictObject({
  title: Type.String({ maxLength: 5 }),
  size: Type.Optional(Type.Integer()),
});

const specimen: Module = {
  id: 'specimen',
  routes: (app) => {
    app.post('/specimen', {
      config,
      schema: { body: Body, querystring: strictObject({ n: Type.Integer({ default: 1 }) }) },
      handler: async ({ body }) => ({ kept: Object.keys(body) }),
    });
    app.get('/broken', { config }, async () => {
      throw Object.assign(new Error('password=hunter2'), { statusCode: 418, code: 'X' });
    });
    app.get('/named/:name', { config }, async () => ({}));
  },
};

let installed: TestApp;
let service: TestApp;
before(async () => {
  installed = await appWithoutDatabase();
  service = await appWithoutDatabase({ modules: [specimen] });
});
after(() => Promise.all([installed.close(), service.close()]));

test('every route declares its access (AUTHZ-5)', () => {
  assert.ok(installed.app.inventory.length > 0);
  for (const { method, url, access } of installed.app.inventory)
    assert.ok(access.kind === 'allow' || access.kind === 'public', `${method} ${url}`);
});

test('the public routes are the listed ones, each for the listed reason (AUTHZ-5)', async () => {
  const found = installed.app.inventory.flatMap(({ method, url, access }) =>
    access.kind === 'public' && method !== 'HEAD' ? [[`${method} ${url}`, access.reason]] : [],
  );
  const lists = (await installedSupport()).map(({ publicRoutes }) => publicRoutes);
  assert.deepEqual(Object.fromEntries(found), Object.assign({}, PUBLIC_ROUTES, ...lists));
});

test('every other route answers somebody unknown with 401 and nothing more (CHECK-11)', async () => {
  const guarded = installed.app.inventory.filter(({ access }) => access.kind === 'allow');
  assert.ok(guarded.length > 0);
  for (const { method, url } of guarded) {
    const answer = await installed.app.inject({ method, url } as never);
    assert.equal(answer.statusCode, 401, `${method} ${url}`);
    if (method !== 'HEAD') assert.equal(answer.json().code, 'unauthenticated');
  }
});

const session = { cookie: `__Host-session=${'A'.repeat(43)}` };
const post = (payload: string | object, type = 'application/json') => ({
  method: 'POST',
  url: '/specimen',
  headers: { 'content-type': type },
  payload,
});

// Every refusal there is, with its status.
const REFUSALS: readonly [number, string, object][] = [
  [400, 'invalid-request', post('{')],
  [400, 'invalid-request', post({})],
  [400, 'invalid-request', { ...post({ title: 'a' }), url: '/specimen?n=x' }],
  [400, 'invalid-request', { ...post({ title: 'a' }), url: '/specimen?n=1&n=2' }],
  [400, 'invalid-request', { url: '/broken%' }],
  [401, 'unauthenticated', { url: '/session' }],
  [403, 'cross-origin', { method: 'POST', url: '/specimen', headers: session }],
  [404, 'not-found', { url: '/nowhere' }],
  [405, 'method-not-allowed', { ...post({ any: 'body' }), url: '/livez' }],
  [413, 'body-too-large', post({ title: 'a'.repeat(limits.bodyBytes) })],
  [414, 'uri-too-long', { url: `/named/${'a'.repeat(limits.pathParameterCharacters + 1)}` }],
  [415, 'unsupported-media-type', post('a', 'text/plain')],
  [415, 'unsupported-media-type', post('title=a', 'application/x-www-form-urlencoded')],
  [500, 'internal', { url: '/broken' }],
  [500, 'internal', { url: '/session', headers: session }],
  [503, 'not-ready', { url: '/readyz' }],
];

test('every refusal has its status, the shape of RFC 9457 and the headers (CHECK-11)', async () => {
  for (const [status, code, request] of REFUSALS) {
    const answer = await service.app.inject(request);
    const name = `${status} ${JSON.stringify(request).slice(0, 80)}`;
    assert.equal(answer.statusCode, status, name);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/, name);
    assert.equal(answer.json().code, code, name);
    assert.equal(answer.json().status, status, name);
    hasHeaders(answer.headers, name);
  }
});

test('an answer that succeeds has the headers as well', async () => {
  const answer = await service.app.inject('/livez');
  assert.equal(answer.statusCode, 200);
  hasHeaders(answer.headers, 'GET /livez');
});

test('the headers on every answer are the ones that were promised (CHECK-11)', () => {
  const {
    'content-security-policy': policy,
    'permissions-policy': permissions,
    ...others
  } = securityHeaders;
  assert.match(policy, /^default-src 'none'; .*frame-ancestors 'none'$/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.match(permissions, /^[a-z-]+=\(\)(, [a-z-]+=\(\))*$/);
  assert.deepEqual(others, {
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cache-control': 'no-store',
  });
});

test('no answer repeats what went wrong inside (CHECK-11)', async () => {
  for (const [, , request] of REFUSALS) {
    const { body } = await service.app.inject(request);
    assert.doesNotMatch(body, /hunter2|10\.0\.0\.7|unreachable|FST_|node_modules|at [^ ]+ \(/);
  }
  const log = service.lines.join('');
  assert.match(log, /"request-failed".*"frames":\["test\/support\/open-app\.ts:/);
});

test('a body is taken at its word: no member is added, dropped or converted', async () => {
  for (const more of [{ title: 5 }, { size: '5' }, { role: 'operator' }]) {
    const payload = { title: 'a', ...more };
    const answer = await service.app.inject({ method: 'POST', url: '/specimen', payload });
    assert.equal(answer.statusCode, 400, JSON.stringify(payload));
  }
});

function hasHeaders(headers: Readonly<Record<string, unknown>>, name: string): void {
  for (const [header, value] of Object.entries(securityHeaders))
    assert.equal(headers[header], value, `${header} of ${name}`);
}
