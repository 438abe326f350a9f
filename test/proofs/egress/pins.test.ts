import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { certificateFor } from '../../platform/test/support/certificate.ts';
import * as places from '../../platform/test/support/egress-servers.ts';

const { NAME, entryFor, openPlace, openWayOut, ours, pinsOf, theirs } = places;

test('the pinned key is let in, each time the connection is new', async (t) => {
  const place = await openPlace(t, ours, closing);
  const { fetch, denials } = openWayOut(t, [entryFor(place, { pins: pinsOf(ours) })]);
  for (let call = 0; call < 3; call += 1)
    assert.equal((await fetch(`https://${NAME}:${place.port}/`)).status, 200);
  assert.deepEqual(denials, []);
});

test('in report-only mode another key is let in and told', async (t) => {
  const place = await openPlace(t, theirs);
  const { fetch, denials } = openWayOut(t, [entryFor(place, { pins: pinsOf(ours, true) })]);
  assert.equal((await fetch(`https://${NAME}:${place.port}/`)).status, 200);
  assert.deepEqual(denials, [{ reason: 'pin', host: NAME, reportOnly: true }]);
});

test('the pinned key under a certificate of another name is refused (HOOK-4)', async (t) => {
  const other = certificateFor('other.test');
  const place = await openPlace(t, other);
  for (const pins of [pinsOf(other), pinsOf(other, true)]) {
    const { fetch } = openWayOut(t, [entryFor(place, { pins })]);
    assert.equal(
      await codeOf(fetch(`https://${NAME}:${place.port}/`)),
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  }
  assert.deepEqual(place.requests, []);
});

test('TLS before 1.2 is not spoken, whatever Node is told (HOOK-4)', async (t) => {
  const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;
  t.after(() => Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS }));
  Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'ALL:@SECLEVEL=0' });
  const server = tls.createServer({ ...ours, maxVersion: 'TLSv1.1' }, (socket) => {
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { fetch } = openWayOut(t, [entryFor({ port, cert: ours.cert, requests: [] })]);
  assert.match(String(await codeOf(fetch(`https://${NAME}:${port}/`))), /PROTOCOL_VERSION/);
});

function closing(_request: unknown, response: ServerResponse): void {
  response.writeHead(200, { connection: 'close' }).end();
}

async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(
    () => undefined,
    (failure: { readonly cause?: { readonly code?: string } }) => failure,
  );
  return error?.cause?.code;
}

test('a session that is resumed gets past no pin (HOOK-4)', async (t) => {
  const answered: string[] = [];
  const ticketKeys = randomBytes(48);
  const server = createServer({ ...ours, ticketKeys }, (request, response) => {
    answered.push(String(request.url));
    response.writeHead(200, { connection: 'close' }).end();
  });
  server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const place = { port, cert: ours.cert, requests: [] };
  const { fetch } = openWayOut(t, [entryFor(place, { pins: pinsOf(ours) })]);
  assert.equal((await fetch(`https://${NAME}:${port}/first`)).status, 200);
  // Who holds the keys of the tickets resumes the sessions of another server, and shows no certificate.
  server.setSecureContext({ ...theirs, ticketKeys });
  await assert.rejects(fetch(`https://${NAME}:${port}/resumed`));
  assert.deepEqual(answered, ['/first']);
});
