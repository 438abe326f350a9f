import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { Type } from 'typebox';
import { publicAccess } from '@app/platform/http/access';
import { limits } from '@app/platform/http/limits';
import { MOST_INVALID_MEMBERS } from '@app/platform/http/problems';
import { strictObject } from '@app/platform/http/schemas';
import { securityHeaders } from '@app/platform/http/server';
import type { Module } from '@app/platform/service/module';
import type { TestApp } from '../../test/support/open-app.ts';
import { openAppWithoutDatabase } from '../../test/support/open-app.ts';

const access = publicAccess('A specimen that only this test serves.');
const Body = strictObject({
  title: Type.String({ maxLength: 5 }),
  size: Type.Optional(Type.Integer()),
});

// More members than an answer lists.
const FIELDS = Array.from({ length: 50 }, (_, index) => [`field${index}`, Type.String()] as const);
const Form = strictObject(Object.fromEntries(FIELDS));

const specimen: Module = {
  id: 'specimen',
  routes: (app) => {
    const schema = { body: Body };
    app.post('/specimen', { config: { access }, schema }, async () => ({}));
    app.post('/form', { config: { access }, schema: { body: Form } }, async () => ({}));
    app.get('/named/:name', { config: { access } }, async () => ({}));
  },
};

let service: TestApp;
before(async () => {
  service = await openAppWithoutDatabase({ modules: [specimen] });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
});
after(() => service.close());

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

test('of many invalid members the first are pointed at', async () => {
  const answer = await service.app.inject({ method: 'POST', url: '/form', payload: {} });
  assert.equal(answer.json().errors.length, MOST_INVALID_MEMBERS);
});

test('a body where none is declared is refused', async () => {
  const open: Module = {
    id: 'open',
    routes: (app) => void app.post('/empty', { config: { access } }, async () => ({})),
  };
  const { app, close } = await openAppWithoutDatabase({ modules: [open] });
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
  await assert.rejects(openAppWithoutDatabase({ modules: [open] }), /lets other members in/);
});

test('somebody unknown is counted, and costs no line of the trail', async () => {
  const { app, lines, close } = await openAppWithoutDatabase({ modules: [] });
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

async function raw(request: string): Promise<string> {
  const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return text(socket);
}
