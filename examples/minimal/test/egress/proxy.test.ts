import assert from 'node:assert/strict';
import net from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { EgressDenied } from '@app/platform/egress';
import type { Denial } from '@app/platform/egress/denied';
import { proxyAt } from '@app/platform/egress/proxy';
import { certificateFor } from '../support/certificate.ts';
import * as places from './places.ts';
import { ESTABLISHED, openProxy, openRaw, passLate, passTo, saying } from './proxies.ts';

const { NAME, entryFor, openPlace, openWayOut, pinsOf, publicEntryFor, to, within } = places;

const METADATA = 'http://169.254.169.254/latest/meta-data/';
const SOON = within({ connectMs: 100 });
const FAR = 'proxy.test';

test('a public place is reached through the proxy, and its name is not resolved here (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const proxy = await openProxy(t);
  let resolved = 0;
  const { fetch, denials } = openWayOut(t, [publicEntryFor(place)], {
    proxy: proxyAt(proxy.address),
    resolve: (...call) => {
      resolved += 1;
      to('127.0.0.1')(...call);
    },
  });
  const headers = { authorization: 'a', cookie: 'b' };
  const answer = await fetch(urlOf(place), { method: 'POST', body: 'x', headers });
  assert.equal(await answer.text(), 'ok');
  assert.deepEqual(place.requests, [`POST ${NAME}:${place.port} /`]);
  assert.deepEqual([proxy.asked, resolved, denials], [[`${NAME}:${place.port}`], 0, []]);
  const told = { host: `${NAME}:${place.port}`, connection: 'close' };
  for (const head of proxy.heads) assert.deepEqual({ ...head, connection: 'close' }, told);
});

test('the key, the authority and the name are judged at the far end of the tunnel (HOOK-4)', async (t) => {
  const expected = await openPlace(t);
  const entry = publicEntryFor(expected);
  const other = certificateFor('other.test');
  const cases = [
    [places.theirs, { ...entry, ca: places.theirs.cert, pins: pinsOf(places.ours) }, undefined],
    [places.theirs, entry, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [other, { ...entry, ca: other.cert }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const;
  for (const [certificate, listed, code] of cases) {
    const elsewhere = await openPlace(t, certificate);
    const { address } = await openProxy(t, passTo(elsewhere.port));
    const { fetch } = openWayOut(t, [listed], { proxy: proxyAt(address) });
    const call = fetch(urlOf(expected));
    if (code === undefined) await assertDenied(call, 'pin');
    else assert.equal(await codeOf(call), code);
    assert.deepEqual(elsewhere.requests, []);
  }
  const { address } = await openProxy(t);
  const pinned = { ...entry, pins: pinsOf(places.ours) };
  const { fetch } = openWayOut(t, [pinned], { proxy: proxyAt(address) });
  assert.equal((await fetch(urlOf(expected))).status, 200);
});

test('a proxy that does not let through is one refusal, and nobody goes past it (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const from = urlOf(place);
  const answers = [
    'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.1 502 Bad Gateway\r\n\r\n',
    `HTTP/1.1 302 Found\r\nlocation: ${from}\r\ncontent-length: 0\r\n\r\n`,
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    'SSH-2.0-garbage\r\n',
  ];
  const proxies = answers.map(async (text) => (await openProxy(t, saying(text))).address);
  const closing = await openRaw(t, (socket) => socket.destroy());
  const never = (await openProxy(t, passLate)).address;
  const addresses = [...(await Promise.all(proxies)), never, closing, 'http://127.0.0.1:1'];
  const dialled = t.mock.method(net.Socket.prototype, 'connect');
  for (const [index, address] of addresses.entries()) {
    const which = answers[index] ?? address;
    const options = { ...SOON, proxy: proxyAt(address) };
    const { fetch, denials } = openWayOut(t, [publicEntryFor(place)], options);
    await assertDenied(fetch(from), 'proxy', which);
    assert.deepEqual(denials, [{ reason: 'proxy', host: NAME, reportOnly: false }], which);
  }
  assert.deepEqual(
    dialled.mock.calls.map(placeIn),
    addresses.map((address) => new URL(address).host),
  );
  assert.deepEqual(place.requests, []);
});

test('a far end that says nothing is given up as any other (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { address } = await openProxy(t, saying(ESTABLISHED));
  const { fetch } = openWayOut(t, [publicEntryFor(place)], { ...SOON, proxy: proxyAt(address) });
  assert.equal(await codeOf(fetch(urlOf(place))), 'UND_ERR_CONNECT_TIMEOUT');
});

test('the proxy is private, by what its name leads to as it is connected to (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const proxy = await openProxy(t);
  const dialled = t.mock.method(net.Socket.prototype, 'connect');
  const named = (name: string, ...addresses: string[]) =>
    proxyAt(`http://${name}:${proxy.port}`, to(...addresses));
  const refused = [
    named(FAR, '93.184.216.34'),
    named(FAR, '10.0.0.7', '93.184.216.34'),
    named(FAR, '169.254.169.254'),
    named(FAR, '100.100.100.200'),
    named(FAR, '127.0.0.1'),
    named(FAR, '::ffff:10.0.0.7'),
    named(FAR),
    named('localhost', '10.0.0.7'),
    named('93.184.216.34'),
    named('169.254.169.254'),
    named('127.0.0.2'),
    named('[2606:4700::1]'),
  ];
  for (const one of refused) {
    dialled.mock.resetCalls();
    const { fetch } = openWayOut(t, [publicEntryFor(place)], { ...SOON, proxy: one });
    await assertDenied(fetch(urlOf(place)), 'proxy', one.origin);
    // A name is dialled as far as its lookup, which lets none of these through.
    assert.ok(dialled.mock.calls.length <= Number(net.isIP(one.host) === 0), one.origin);
  }
  assert.deepEqual(proxy.asked, []);
  const { fetch } = openWayOut(t, [publicEntryFor(place)], {
    proxy: named('localhost', '127.0.0.1'),
  });
  assert.equal((await fetch(urlOf(place))).status, 200);
});

test('what is within our networks is reached without the proxy, as it is listed (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { address, asked } = await openProxy(t);
  const options = { ...SOON, proxy: proxyAt(address) };
  const here = openWayOut(t, [entryFor(place)], options);
  assert.equal((await here.fetch(urlOf(place))).status, 200);
  const inside = { ...publicEntryFor(place), class: 'vpc' as const };
  await assertDenied(openWayOut(t, [inside], options).fetch(urlOf(place)), 'address');
  const credentials = { host: '169.254.170.2', ports: [80], reason: 'a test' };
  const task = openWayOut(t, [{ ...credentials, class: 'task-credentials' }], options);
  const dialled = t.mock.method(net.Socket.prototype, 'connect', withoutDialling);
  await assert.rejects(task.fetch('http://169.254.170.2/v2/credentials'));
  assert.deepEqual(dialled.mock.calls.map(placeIn), ['169.254.170.2:80']);
  assert.deepEqual([asked, task.denials], [[], []]);
});

test('what is not listed, an address and a name of the inside are refused before the proxy is asked (HOOK-4)', async (t) => {
  const { address, asked } = await openProxy(t);
  const hosts: readonly [host: string, reason: Denial][] = [
    ['93.184.216.34', 'address-literal'],
    ['[2606:4700::1]', 'address-literal'],
    ['vault', 'malformed'],
    ['vault.internal', 'malformed'],
    ['a.local', 'malformed'],
    ['a.localhost', 'malformed'],
    ['7.0.0.10.in-addr.arpa', 'malformed'],
    ['a.test.', 'malformed'],
    ['a..test', 'malformed'],
  ];
  const entries = hosts.map(([host]) => ({
    host: host.replaceAll(/[[\]]/g, ''),
    ports: [443],
    class: 'public' as const,
    reason: 'a test',
  }));
  const { fetch } = openWayOut(t, entries, { proxy: proxyAt(address) });
  for (const [host, reason] of hosts) await assertDenied(fetch(`https://${host}/`), reason, host);
  await assertDenied(fetch('https://other.test/'), 'unlisted');
  await assertDenied(fetch('https://93.184.216.34:8443/'), 'port');
  await assertDenied(fetch('https://10.0.0.7/'), 'address-literal');
  assert.deepEqual(asked, []);
});

test('a redirect through the proxy stays on the list (HOOK-4)', async (t) => {
  const targets = [METADATA, 'https://other.test/', `https://${NAME}:8443/`];
  const place = await openPlace(t, places.ours, ({ url }, response) =>
    response.writeHead(302, { location: targets[Number(url?.slice(1))] }).end(),
  );
  const proxy = await openProxy(t);
  const { fetch } = openWayOut(t, [publicEntryFor(place)], { proxy: proxyAt(proxy.address) });
  await assert.rejects(fetch(`${urlOf(place)}0`), TypeError);
  const reasons = ['address-literal', 'unlisted', 'port'] as const;
  for (const [index, reason] of reasons.entries())
    await assertDenied(fetch(`${urlOf(place)}${index}`, { redirect: 'follow' }), reason);
  assert.deepEqual([...new Set(proxy.asked)], [`${NAME}:${place.port}`]);
});

test('what answers through the tunnel has the time and the size of any other (HOOK-4)', async (t) => {
  const silent = await openPlace(t, places.ours, () => {});
  const large = await openPlace(t, places.ours, (_request, response) => {
    Readable.from(Array(200).fill('x'.repeat(1_000))).pipe(response);
  });
  const { address } = await openProxy(t);
  const cases = [
    [silent, { headersMs: 50, wholeMs: 5_000 }, 'UND_ERR_HEADERS_TIMEOUT'],
    [silent, { wholeMs: 100 }, 'EGRESS_TOO_LATE'],
    [large, { answerBytes: 10_000 }, 'UND_ERR_RES_EXCEEDED_MAX_SIZE'],
  ] as const;
  const waits = cases.map(async ([place, short, code]) => {
    const options = { ...within(short), proxy: proxyAt(address) };
    const { fetch } = openWayOut(t, [publicEntryFor(place)], options);
    assert.equal(await codeOf(fetch(urlOf(place)).then((answer) => answer.text())), code);
  });
  await Promise.all(waits);
});

function urlOf({ port }: places.Place): string {
  return `https://${NAME}:${port}/`;
}

function withoutDialling(this: net.Socket): net.Socket {
  return this;
}

// Node puts what it was given into a list first.
function placeIn({ arguments: given }: { readonly arguments: readonly unknown[] }): string {
  const [first] = [given[0]].flat() as { readonly host: string; readonly port: number }[];
  return `${first?.host}:${first?.port}`;
}

async function assertDenied(call: Promise<unknown>, reason: Denial, which = ''): Promise<void> {
  const error = await call.then(
    () => undefined,
    (denial: unknown) => denial,
  );
  assert.ok(error instanceof EgressDenied, `${reason} ${which}: ${String(error)}`);
  assert.equal(error.reason, reason, which);
}

async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(
    () => undefined,
    (failure: { readonly cause?: { readonly code?: string } }) => failure,
  );
  return error?.cause?.code;
}
