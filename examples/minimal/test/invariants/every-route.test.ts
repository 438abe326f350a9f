import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
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

let installed: TestApp;
before(async () => {
  installed = await appWithoutDatabase();
});
after(() => installed.close());

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

const access = publicAccess('A specimen that only this test serves.');
const Body = strictObject({
  title: Type.String({ maxLength: 5 }),
  size: Type.Optional(Type.Integer()),
});

const specimen: Module = {
  id: 'specimen',
  routes: (app) => {
    app.post('/specimen', {
      config: { access },
      schema: { body: Body, querystring: strictObject({ n: Type.Integer({ default: 1 }) }) },
      handler: async ({ body }) => ({ kept: Object.keys(body) }),
    });
    app.get('/broken', { config: { access } }, async () => {
      throw Object.assign(new Error('password=hunter2'), { statusCode: 418, code: 'X' });
    });
    app.get('/named/:name', { config: { access } }, async () => ({}));
  },
};

let service: TestApp;
before(async () => {
  service = await appWithoutDatabase({ modules: [specimen] });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
});
after(() => service.close());

const json = { 'content-type': 'application/json' };
const session = { cookie: '__Host-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };

// Every refusal there is, with its status.
const REFUSALS: readonly [number, string, object][] = [
  [400, 'invalid-request', { method: 'POST', url: '/specimen', headers: json, payload: '{' }],
  [400, 'invalid-request', { method: 'POST', url: '/specimen', payload: {} }],
  [400, 'invalid-request', { method: 'POST', url: '/specimen?n=x', payload: { title: 'a' } }],
  [400, 'invalid-request', { method: 'POST', url: '/specimen?n=1&n=2', payload: { title: 'a' } }],
  [400, 'invalid-request', { url: '/broken%' }],
  [401, 'unauthenticated', { url: '/session' }],
  [403, 'cross-origin', { method: 'POST', url: '/specimen', headers: session }],
  [404, 'not-found', { url: '/nowhere' }],
  [405, 'method-not-allowed', { method: 'POST', url: '/livez', payload: { any: 'body' } }],
  [
    413,
    'body-too-large',
    { method: 'POST', url: '/specimen', payload: { title: 'a'.repeat(limits.bodyBytes) } },
  ],
  [414, 'uri-too-long', { url: `/named/${'a'.repeat(limits.pathParameterCharacters + 1)}` }],
  [
    415,
    'unsupported-media-type',
    { method: 'POST', url: '/specimen', headers: { 'content-type': 'text/plain' }, payload: 'a' },
  ],
  [
    415,
    'unsupported-media-type',
    {
      method: 'POST',
      url: '/specimen',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'title=a',
    },
  ],
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
  const { 'content-security-policy': policy, ...rest } = securityHeaders;
  assert.match(policy, /^default-src 'none'; .*frame-ancestors 'none'$/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.match(rest['strict-transport-security'], /^max-age=63072000; includeSubDomains$/);
  assert.match(rest['permissions-policy'], /^[a-z-]+=\(\)(, [a-z-]+=\(\))*$/);
  assert.equal(rest['x-frame-options'], 'DENY');
  assert.equal(rest['x-content-type-options'], 'nosniff');
  assert.equal(rest['referrer-policy'], 'no-referrer');
  assert.equal(rest['cross-origin-resource-policy'], 'same-origin');
  assert.equal(rest['cross-origin-opener-policy'], 'same-origin');
  assert.equal(rest['cross-origin-embedder-policy'], 'require-corp');
  assert.equal(rest['cache-control'], 'no-store');
});

test('what node:http refuses by itself has the same shape (CHECK-11)', async () => {
  const big = `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(limits.headerBytes)}\r\n\r\n`;
  for (const [status, request] of [
    [431, big],
    [400, 'nonsense\r\n\r\n'],
    [
      400,
      'POST /specimen HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
  ] as const) {
    const answer = await raw(request);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    for (const name of Object.keys(securityHeaders))
      assert.ok(answer.includes(`\r\n${name}: `), name);
    assert.match(answer, /"type":"about:blank"/);
  }
});

test('no answer repeats what went wrong inside (CHECK-11)', async () => {
  for (const [, , request] of REFUSALS) {
    const { body } = await service.app.inject(request);
    assert.doesNotMatch(body, /hunter2|10\.0\.0\.7|unreachable|FST_|node_modules|at [^ ]+ \(/);
  }
  assert.match(
    service.lines.join(''),
    /"request-failed".*"frames":\["test\/support\/open-app\.ts:/,
  );
});

test('an invalid member is pointed at, and its value is not repeated', async () => {
  const payload = { title: 'far too long', size: 'hunter2', 'member-of-mine': 1 };
  const answer = await service.app.inject({ method: 'POST', url: '/specimen', payload });
  assert.deepEqual(answer.json().errors, [
    { in: 'body', pointer: '', rule: 'additionalProperties' },
    { in: 'body', pointer: '/title', rule: 'maxLength' },
    { in: 'body', pointer: '/size', rule: 'type' },
  ]);
  assert.doesNotMatch(answer.body, /hunter2|far too|member-of-mine/);
});

test('a body is taken at its word: no member is added, dropped or converted', async () => {
  for (const payload of [
    { title: 5 },
    { title: 'a', size: '5' },
    { title: 'a', role: 'operator' },
  ]) {
    const answer = await service.app.inject({ method: 'POST', url: '/specimen', payload });
    assert.equal(answer.statusCode, 400, JSON.stringify(payload));
  }
});

test('a body where none is declared is refused', async () => {
  const open: Module = {
    id: 'open',
    routes: (app) => void app.post('/empty', { config: { access } }, async () => ({})),
  };
  const { app, close } = await appWithoutDatabase({ modules: [open] });
  assert.equal((await app.inject({ method: 'POST', url: '/empty' })).statusCode, 200);
  assert.equal(
    (await app.inject({ method: 'POST', url: '/empty', payload: { a: 1 } })).statusCode,
    400,
  );
  await close();
});

test('a schema that lets other members in stops the boot', async () => {
  const schema = { body: strictObject({ deep: Type.Object({ a: Type.String() }) }) };
  const open: Module = {
    id: 'open',
    routes: (app) => void app.post('/open', { config: { access }, schema }, async () => ({})),
  };
  await assert.rejects(appWithoutDatabase({ modules: [open] }), /lets other members in/);
});

test('somebody unknown is counted, and costs no line of the trail', async () => {
  const { app, lines, close } = await appWithoutDatabase();
  for (let count = 0; count < 3; count += 1) await app.inject('/session');
  await close();
  assert.match(lines.join(''), /"count":3/);
});

test('a request id is ours, and never the one a client chose', async () => {
  const headers = { 'x-request-id': 'chosen', 'request-id': 'chosen' };
  const answer = await service.app.inject({ url: '/nowhere', headers });
  assert.notEqual(answer.headers['x-request-id'], 'chosen');
  assert.equal(answer.json().requestId, answer.headers['x-request-id']);
});

test('the request log has the route, and nothing that a client typed (HOOK-6)', async () => {
  service.lines.length = 0;
  await service.app.inject({
    url: '/named/alice%40example.com?token=s3cret',
    headers: { 'user-agent': 'canary-agent', cookie: 'canary=1', authorization: 'Bearer canary' },
  });
  const log = service.lines.join('');
  assert.match(log, /"route":"\/named\/:name"/);
  assert.doesNotMatch(log, /alice|s3cret|canary/);
});

function hasHeaders(headers: Readonly<Record<string, unknown>>, name: string): void {
  for (const [header, value] of Object.entries(securityHeaders))
    assert.equal(headers[header], value, `${header} of ${name}`);
}

async function raw(request: string): Promise<string> {
  const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return text(socket);
}
