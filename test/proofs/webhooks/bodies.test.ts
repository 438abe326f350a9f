import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import {
  bothSecrets,
  messageOf,
  specimenEndpoint,
} from '../../platform/test/support/webhook-endpoint.ts';
import type { Delivery } from '@app/platform/webhooks/scheme';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { limits } from '@app/platform/http/limits';
import { acceptDeliveries } from '@app/platform/webhooks/route';

// As large ones as one network may have on the way, and one more.
const MOST_AT_ONCE = 16;

const database = await openTestDatabase();
let service: TestApp;
let port: number;
before(async () => {
  const endpoint = specimenEndpoint();
  service = await openTestApp({
    database,
    modules: [
      {
        id: 'specimen',
        routes: (app, services) =>
          acceptDeliveries(app, { ...services, secrets: bothSecrets }, endpoint),
      },
    ],
  });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = service.app.server.address() as AddressInfo);
});
after(() => service.close());

type Headers = Readonly<Record<string, string>>;

/** A request as it goes over the wire, so that nothing on the way mends it. */
async function ask(t: TestContext, lines: Headers, body: Uint8Array): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  const fields = Object.entries({ host: 'service.test', connection: 'close', ...lines });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`POST /webhooks/specimen HTTP/1.1\r\n${head}\r\n`);
  socket.write(body);
  return socket;
}

async function statusOf(socket: Socket): Promise<number> {
  return Number((await text(socket)).split(' ')[1]);
}

function headersOf({ headers }: Delivery): Headers {
  return Object.fromEntries([...headers].map(([name, [value]]) => [name, String(value)]));
}

function send(t: TestContext, delivery: Delivery, more: Headers = {}, body = delivery.body) {
  const length = { 'content-length': `${body.byteLength}` };
  return ask(t, { ...headersOf(delivery), ...length, ...more }, body).then(statusOf);
}

function inPieces(body: Uint8Array, size: number): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.byteLength; at += size) {
    const piece = body.subarray(at, at + size);
    pieces.push(Buffer.from(`${piece.byteLength.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

function sendInPieces(t: TestContext, delivery: Delivery, size: number) {
  const lines = { ...headersOf(delivery), 'transfer-encoding': 'chunked' };
  return ask(t, lines, inPieces(delivery.body, size)).then(statusOf);
}

test('a body of the largest size is taken, and of one byte more it is not, in one piece or many (HOOK-1)', async (t) => {
  const most = 'a'.repeat(limits.deliveryBytes);
  assert.equal(await sendInPieces(t, messageOf('evt-1', { body: most }), 65_536), 202);
  assert.equal(await sendInPieces(t, messageOf('evt-3'), 1), 202);
  assert.equal(await send(t, messageOf('evt-4', { body: `${most}a` })), 413);
  assert.equal(await sendInPieces(t, messageOf('evt-5', { body: `${most}a` }), 65_536), 413);
});

test('a body that is packed, of another charset or of another kind is refused unread, signed or not (HOOK-1)', async (t) => {
  const delivery = messageOf('evt-6');
  const packed = gzipSync(delivery.body);
  assert.equal(await send(t, delivery, { 'content-encoding': 'gzip' }, packed), 415);
  assert.equal(await send(t, delivery, { 'content-encoding': 'identity' }), 415);
  for (const type of [
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/jsonp',
    'text/plain',
    'multipart/form-data; boundary=a',
  ])
    assert.equal(await send(t, delivery, { 'content-type': type }), 415, type);
  assert.equal(await send(t, delivery, { 'content-type': 'application/json; charset=utf-8' }), 202);
});

test('who asks whether to go on is answered once it is in', async (t) => {
  const socket = await ask(
    t,
    {
      ...headersOf(messageOf('evt-7')),
      'content-length': `${messageOf('evt-7').body.byteLength}`,
      expect: '100-continue',
    },
    messageOf('evt-7').body,
  );
  const answer = await text(socket);
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /);
});

test('what large bodies hold before they are proven is bounded, and small ones go on (HOOK-1)', async (t) => {
  const body = 'a'.repeat(limits.deliveryBytes);
  const late = messageOf('evt-8', { body });
  const length = { 'content-length': `${late.body.byteLength}` };
  const slow: Socket[] = [];
  for (let count = 0; count < MOST_AT_ONCE; count += 1)
    slow.push(await ask(t, { ...headersOf(late), ...length }, late.body.subarray(0, -1)));
  // Until the last of them is known to the service, one more would be among the first.
  while ((await send(t, messageOf('evt-9', { body }))) !== 503) await new Promise(setImmediate);
  assert.equal(await send(t, messageOf('evt-10')), 202);
  assert.equal(await sendInPieces(t, messageOf('evt-11'), 10), 503);
  for (const socket of slow) socket.destroy();
  while ((await send(t, messageOf('evt-12', { body }))) === 503) await new Promise(setImmediate);
});
