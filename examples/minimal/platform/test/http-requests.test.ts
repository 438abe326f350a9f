import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { TestApp } from '../../test/support/open-app.ts';
import { openAppWithoutDatabase } from '../../test/support/open-app.ts';
import { limits } from '../src/http/limits.ts';
import { problemBody, problems } from '../src/http/problems.ts';
import { securityHeaders } from '../src/http/server.ts';
import type { Expected, Row } from './support/hostile-requests.ts';
import { GOOD, hostileRequests, specimen } from './support/hostile-requests.ts';

const DEADLINE_MS = 5_000;
const CLOSES = /\r\nconnection: close\r\n/i;
const LAST = GOOD.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');

const LISTED = 'https://app.example.com';
const UNLISTED = ['https://app.example.com.evil.example', 'http://app.example.com', 'null', '*'];

let service: TestApp;
let open: TestApp;
before(async () => {
  service = await listening();
  open = await openAppWithoutDatabase({ modules: [], corsOrigins: [LISTED] });
});
after(() => Promise.all([service.close(), open.close()]));

const { 'slow clients': slow, ...ambiguous } = hostileRequests;

for (const [table, rows] of Object.entries(ambiguous))
  test(`${table} that can be read in two ways are refused by code, and nothing more is said (CHECK-11)`, async (t) => {
    for (const row of rows) await t.test(row.name, () => isRefused(service, row));
  });

test('a client that stops within its request is refused in time (CHECK-11)', async (t) => {
  t.mock.property(limits, 'headersTimeoutMs', 300 as never);
  t.mock.property(limits, 'requestTimeoutMs', 400 as never);
  t.mock.property(limits, 'timeoutCheckMs', 50 as never);
  const impatient = await listening();
  t.after(() => impatient.close());
  await Promise.all(slow.map((row) => t.test(row.name, () => isRefused(impatient, row))));
});

test('a connection that has nothing more to say is closed (CHECK-11)', async (t) => {
  t.mock.property(limits, 'keepAliveTimeoutMs', 50 as never);
  const impatient = await listening();
  t.after(() => impatient.close());
  const [answer, ...more] = await exchange(impatient, [GOOD]);
  assert.match(answer ?? '', /^HTTP\/1\.1 200 [^]*\r\nconnection: keep-alive\r\n/i);
  assert.deepEqual(more, []);
});

test('an origin that is not listed is sent no header at all, and its preflight is refused', async () => {
  for (const origin of UNLISTED) {
    const ask = { url: '/livez', headers: { origin, 'access-control-request-method': 'POST' } };
    const [answer, preflight] = await Promise.all([
      open.app.inject(ask),
      open.app.inject({ ...ask, method: 'OPTIONS' }),
    ]);
    assert.equal(preflight.statusCode, 405);
    for (const { headers } of [answer, preflight])
      assert.doesNotMatch(Object.keys(headers).join(), /access-control-/, origin);
  }
});

test('a listed origin may read answers, refusals included, and never with credentials', async () => {
  for (const url of ['/livez', '/nowhere', '/session']) {
    const { headers } = await open.app.inject({ url, headers: { origin: LISTED } });
    assert.equal(headers['access-control-allow-origin'], LISTED);
    assert.equal(headers['access-control-allow-credentials'], undefined);
  }
});

async function listening(): Promise<TestApp> {
  const started = await openAppWithoutDatabase({ modules: [specimen] });
  await started.app.listen({ host: '127.0.0.1', port: 0 });
  return started;
}

/** Writes bytes that no client library would send, then a good request. Returns each answer as text. */
async function exchange({ app }: TestApp, send: readonly (string | Buffer)[], next = '') {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();
  const signal = AbortSignal.timeout(DEADLINE_MS);
  let text = '';
  // A refused client may find the connection reset: the answer before it counts.
  socket.setEncoding('latin1').on('error', () => {});
  socket.on('data', (more) => {
    text += String(more);
  });
  const closed = once(socket, 'close', { signal });
  for (const piece of send) socket.write(piece);
  while (!/\r\n\r\n/.test(text) && !socket.closed)
    await Promise.race([once(socket, 'data', { signal }), closed]);
  if (!CLOSES.test(text)) socket.write(next);
  await closed;
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).filter(Boolean);
}

async function isRefused(app: TestApp, { send, answers }: Row): Promise<void> {
  const received = await exchange(app, send, LAST);
  for (const [index, answer] of received.entries()) isAnswer(answer, answers[index] ?? 200);
  // The connection is either closed, or still in step: then the next request on it is answered.
  if (received.length > answers.length) assert.equal(received.length, answers.length + 1);
  else assert.match(received.at(-1) ?? '', CLOSES);
}

function isAnswer(answer: string, expected: Expected): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const status = typeof expected === 'number' ? expected : problems[expected].status;
  assert.match(head, new RegExp(`^HTTP/1.1 ${status} `), answer);
  if (status === 100) return;
  for (const [name, value] of Object.entries(securityHeaders))
    assert.ok(head.includes(`\r\n${name}: ${value}`), name);
  assert.doesNotMatch(head, /\r\n(?:server|x-powered-by|access-control-)/i);
  const [, id = ''] = /\r\nx-request-id: ([0-9a-f-]{36})\r\n/.exec(head) ?? [];
  assert.notEqual(id, '');
  if (typeof expected === 'number') return;
  const { errors: _, ...rest } = JSON.parse(body);
  assert.deepEqual(rest, problemBody(expected, id));
}
