import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { EgressDenied } from '@app/platform/egress/denied';
import { onlyWithin } from '@app/platform/egress/connect';
import type { Denial } from '@app/platform/egress/denied';
import { CREDENTIAL_ADDRESSES } from '@app/platform/egress/hosts';
import { readConfig } from '../../services/api/config.ts';
import { receiverEntries } from '@app/platform/service/egress';
import * as places from '../../platform/test/support/egress-servers.ts';

const { NAME, entryFor, openPlace, openWayOut, publicEntryFor, to, within } = places;
// Enough to be over any limit here, and an end for a test that fails.
const MOST_DROPS = 200;

const METADATA = 'http://169.254.169.254/latest/meta-data/';

test('a listed place is reached, and the answer is its own', async (t) => {
  const place = await openPlace(t);
  const { fetch } = openWayOut(t, [entryFor(place)]);
  const answer = await fetch(`https://${NAME}:${place.port}/a?b=c`, { method: 'POST', body: 'x' });
  assert.equal(await answer.text(), 'ok');
  assert.deepEqual(place.requests, [`POST ${NAME}:${place.port} /a?b=c`]);
});

test('what is not listed is refused: host, port, scheme, address (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { fetch, denials } = openWayOut(t, [{ ...entryFor(place), loopback: undefined as never }]);
  const refused: readonly [url: string, reason: Denial][] = [
    ['https://other.test/', 'unlisted'],
    [`https://${NAME}.:${place.port}/`, 'unlisted'],
    [`https://sub.${NAME}:${place.port}/`, 'unlisted'],
    [`https://${NAME}/`, 'port'],
    [`http://${NAME}:${place.port}/`, 'scheme'],
    [`https://127.0.0.1:${place.port}/`, 'address-literal'],
    [`https://0x7f000001:${place.port}/`, 'address-literal'],
    [`https://[::1]:${place.port}/`, 'address-literal'],
    [METADATA, 'address-literal'],
  ];
  for (const [url, reason] of refused) await assertDenied(fetch(url), reason);
  assert.deepEqual(place.requests, []);
  assert.deepEqual(
    denials.map((denial) => [denial.reason, denial.host]),
    refused.map(([, reason]) => [reason, /port|scheme/.test(reason) ? NAME : undefined]),
  );
});

test('what is told of a refusal holds no path and no query, and its message no place (HOOK-6)', async (t) => {
  const { fetch, denials } = openWayOut(t, []);
  const error = await fetch('https://other.test/token-path?key=token').catch(String);
  assert.equal(error, 'EgressDenied: This service does not make that call.');
  assert.deepEqual(denials, [{ reason: 'unlisted', reportOnly: false }]);
});

test('a name that leads to this machine is refused when it is connected to (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { fetch } = openWayOut(t, [publicEntryFor(place)]);
  await assertDenied(fetch(`https://${NAME}:${place.port}/`), 'address');
  assert.deepEqual(place.requests, []);
});

test('an answer of public and private addresses is refused whole (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const url = `https://${NAME}:${place.port}/`;
  for (const hidden of ['::ffff:127.0.0.1', '127.0.0.1', '64:ff9b::7f00:1', 'fe80::1%lo']) {
    const resolve = to('93.184.216.34', hidden);
    await assertDenied(openWayOut(t, [publicEntryFor(place)], { resolve }).fetch(url), 'address');
  }
  assert.deepEqual(place.requests, []);
});

test('a name is checked each time it is connected to, and what was checked is what is dialled (HOOK-4)', async (t) => {
  const answers = [to('93.184.216.34'), to('127.0.0.1')];
  let asked = 0;
  const entry = publicEntryFor(await openPlace(t));
  const lookup = onlyWithin(entry, (...call) => answers[asked++]?.(...call));
  const found = () =>
    new Promise((resolve) =>
      lookup(NAME, { all: false }, (error, address) => resolve(error ?? address)),
    );
  assert.equal(await found(), '93.184.216.34');
  assert.equal(asked, 1);
  assert.ok((await found()) instanceof EgressDenied);
  assert.equal(asked, 2);
});

test('a name without any address is refused', async (t) => {
  const place = await openPlace(t);
  const { fetch } = openWayOut(t, [entryFor(place)], { resolve: to() });
  await assertDenied(fetch(`https://${NAME}:${place.port}/`), 'address');
});

test('a redirect is not followed, and whoever follows one stays on the list (HOOK-4)', async (t) => {
  const place = await openPlace(t, places.ours, (_request, response) =>
    response.writeHead(302, { location: METADATA }).end(),
  );
  const { fetch, denials } = openWayOut(t, [entryFor(place)]);
  const url = `https://${NAME}:${place.port}/`;
  await assert.rejects(fetch(url), TypeError);
  await assert.rejects(fetch(new Request(url)), TypeError);
  assert.deepEqual(denials, []);
  await assertDenied(fetch(url, { redirect: 'follow' }), 'address-literal');
  assert.equal((await fetch(url, { redirect: 'manual' })).status, 302);
});

test('credentials are reached by their class alone (HOOK-4)', async (t) => {
  for (const host of CREDENTIAL_ADDRESSES) {
    const literal = host.includes(':') ? `[${host}]` : host;
    for (const kind of ['public', 'vpc'] as const) {
      const listed = { host, ports: [443], class: kind, reason: 'a test' };
      await assertDenied(openWayOut(t, [listed]).fetch(`https://${literal}/`), 'address');
      const named = { ...listed, host: NAME };
      const { fetch } = openWayOut(t, [named], { resolve: to(host) });
      await assertDenied(fetch(`https://${NAME}/`), 'address');
    }
  }
});

test('the class of credentials reaches nothing beside them (HOOK-4)', async (t) => {
  const { fetch } = openWayOut(t, [
    { host: '169.254.170.2', ports: [80], class: 'task-credentials', reason: 'a test' },
  ]);
  await assertDenied(fetch(METADATA), 'address-literal');
  await assertDenied(fetch('http://169.254.170.2:8080/'), 'port');
});

test('telemetry goes to its configured receiver, on this machine or private, and never to metadata (HOOK-4)', async (t) => {
  const reasonFor = async (endpoint: string, address: string) => {
    const config = readConfig(['--local'], { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    assert.ok(config.ok);
    const entries = receiverEntries(config.value.receivers);
    const { fetch, denials } = openWayOut(t, entries, { resolve: to(address) });
    await assert.rejects(fetch(endpoint));
    return denials[0]?.reason;
  };
  assert.equal(await reasonFor('http://localhost:2', '127.0.0.1'), undefined);
  assert.equal(await reasonFor('http://[::1]:2', ''), undefined);
  assert.equal(await reasonFor('http://localhost:2', '10.0.0.7'), 'address');
  assert.equal(await reasonFor('https://collector.internal', '127.0.0.1'), 'address');
  assert.equal(await reasonFor('https://collector.internal', '169.254.169.254'), 'address');
  assert.equal(await reasonFor('https://169.254.169.254', ''), 'address');
});

test('headers that never come, a body that pauses, and one that drips are given up (HOOK-4)', async (t) => {
  const silent = await openPlace(t, places.ours, () => {});
  const pausing = await openPlace(t, places.ours, (_request, response) => {
    response.write('a');
  });
  const dripping = await openPlace(t, places.ours, (_request, response) => {
    let drops = 0;
    const drip = setInterval(
      () => (drops++ < MOST_DROPS ? response.write('a') : response.end()),
      10,
    );
    response.on('close', () => clearInterval(drip));
  });
  const cases = [
    [silent, { headersMs: 50, wholeMs: 5_000 }, 'UND_ERR_HEADERS_TIMEOUT'],
    [pausing, { pauseMs: 50, wholeMs: 5_000 }, 'UND_ERR_BODY_TIMEOUT'],
    [dripping, { wholeMs: 100 }, 'EGRESS_TOO_LATE'],
  ] as const;
  const waits = cases.map(async ([place, short, code]) => {
    const { fetch } = openWayOut(t, [entryFor(place)], within(short));
    assert.equal(await failureOf(fetch(`https://${NAME}:${place.port}/`)), code);
  });
  await Promise.all(waits);
});

test('an answer that is too large is cut off, and one that could unpack to more is not taken (HOOK-4)', async (t) => {
  const large = await openPlace(t, places.ours, (_request, response) => {
    Readable.from(Array(MOST_DROPS).fill('x'.repeat(1_000))).pipe(response);
  });
  const { fetch } = openWayOut(t, [entryFor(large)], within({ answerBytes: 10_000 }));
  const code = await failureOf(fetch(`https://${NAME}:${large.port}/`));
  assert.equal(code, 'UND_ERR_RES_EXCEEDED_MAX_SIZE');

  let accepted: string | undefined;
  const bomb = await openPlace(t, places.ours, (request, response) => {
    accepted = String(request.headers['accept-encoding']);
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
  });
  const wayOut = openWayOut(t, [entryFor(bomb)], within({ answerBytes: 10_000 }));
  await assertDenied(wayOut.fetch(`https://${NAME}:${bomb.port}/`), 'compressed');
  assert.equal(accepted, 'identity');
});

test('an upgrade is refused, whatever is spoken after it (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { dispatcher, denials } = openWayOut(t, [entryFor(place)]);
  const origin = `https://${NAME}:${place.port}`;
  const upgraded = dispatcher.upgrade({ origin, path: '/', protocol: 'websocket' } as never);
  await assertDenied(upgraded, 'upgrade');
  await assertDenied(dispatcher.connect({ origin, path: '/' }), 'upgrade');
  assert.deepEqual(denials.length + place.requests.length, 2);
});

test('a listed place is not asked to pass a call on (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { dispatcher } = openWayOut(t, [entryFor(place)]);
  const origin = `https://${NAME}:${place.port}`;
  for (const path of [METADATA, 'https://other.test/'])
    await assertDenied(dispatcher.request({ origin, path, method: 'GET' }), 'unlisted');
  assert.deepEqual(place.requests, []);
});

test('whoever sends a Host or a server name of their own reaches nobody else by it (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { dispatcher } = openWayOut(t, [entryFor(place)]);
  const origin = `https://${NAME}:${place.port}`;
  const options = { origin, path: '/', method: 'GET', servername: 'other.test' } as const;
  for (const headers of [{ host: 'other.test' }, ['Host', 'other.test'], new Map([['host', 'x']])])
    assert.equal((await dispatcher.request({ ...options, headers })).statusCode, 200);
  assert.deepEqual(new Set(place.requests), new Set([`GET ${NAME}:${place.port} /`]));
});

async function assertDenied(call: Promise<unknown>, reason: Denial): Promise<void> {
  const error = await call.then(
    () => undefined,
    (denial: unknown) => denial,
  );
  assert.ok(error instanceof EgressDenied, `${reason}: ${String(error)}`);
  assert.equal(error.reason, reason);
}

async function failureOf(call: Promise<Response>): Promise<string | undefined> {
  try {
    await (await call).text();
    return undefined;
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } };
    return cause?.code;
  }
}
