import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { mayReach } from '../src/egress/connect.ts';
import type { Denial } from '../src/egress/denied.ts';
import { EgressDenied } from '../src/egress/denied.ts';
import * as servers from './support/egress-servers.ts';
import { withEnvironment } from './support/environment.ts';

const { NAME, assertDenied, entryFor, openPlace, openWayOut, ours, pinsOf, publicEntryFor } =
  servers;
const { theirs, within } = servers;

const METADATA = 'http://169.254.169.254/latest/meta-data/';

// More than any limit of these tests, so that a test that fails still ends.
const MOST_DROPS = 200;

// Other ways to write an address, and special ranges that an IPv6 address can hide.
const DISGUISED =
  '::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:7f00:1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 ' +
  '2002:7f00:1:: 5f00::1 fc00::1 fd00::1 fe80::1 fe80::1%eth0 2606:4700::1111%1 ff02::1 0177.0.0.1 127.1 localhost';

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

test('an address in disguise is refused, and so is what is none (HOOK-4)', () => {
  for (const address of ['', ...DISGUISED.split(' ')])
    assert.equal(mayReach('public', address), false, address);
});

test('a name that leads to this machine is refused when it is connected to (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { fetch } = openWayOut(t, [publicEntryFor(place)]);
  await assertDenied(fetch(`https://${NAME}:${place.port}/`), 'address');
  assert.deepEqual(place.requests, []);
});

test('a redirect is not followed, and whoever follows one stays on the list (HOOK-4)', async (t) => {
  const place = await openPlace(t, ours, (_request, response) =>
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

test('headers that never come, a body that pauses, and one that drips are given up (HOOK-4)', async (t) => {
  const silent = await openPlace(t, ours, () => {});
  const pausing = await openPlace(t, ours, (_request, response) => {
    response.write('a');
  });
  const dripping = await openPlace(t, ours, (_request, response) => {
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
  const large = await openPlace(t, ours, (_request, response) => {
    Readable.from(Array(MOST_DROPS).fill('x'.repeat(1_000))).pipe(response);
  });
  const { fetch } = openWayOut(t, [entryFor(large)], within({ answerBytes: 10_000 }));
  const code = await failureOf(fetch(`https://${NAME}:${large.port}/`));
  assert.equal(code, 'UND_ERR_RES_EXCEEDED_MAX_SIZE');

  let accepted: string | undefined;
  const bomb = await openPlace(t, ours, (request, response) => {
    accepted = String(request.headers['accept-encoding']);
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
  });
  const wayOut = openWayOut(t, [entryFor(bomb)], within({ answerBytes: 10_000 }));
  await assertDenied(wayOut.fetch(`https://${NAME}:${bomb.port}/`), 'compressed');
  assert.equal(accepted, 'identity');
});

test('another key under a trusted certificate of the same name is refused (HOOK-4)', async (t) => {
  const place = await openPlace(t, theirs);
  const { fetch, denials } = openWayOut(t, [entryFor(place, { pins: pinsOf(ours) })]);
  await assert.rejects(fetch(`https://${NAME}:${place.port}/`), EgressDenied);
  assert.deepEqual(denials, [{ reason: 'pin', host: NAME, reportOnly: false }]);
  assert.deepEqual(place.requests, []);
});

test('an authority that is not the listed one is not believed, whatever the environment says (HOOK-4)', async (t) => {
  withEnvironment(t, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  const place = await openPlace(t, theirs);
  const { fetch } = openWayOut(t, [entryFor(place, { ca: ours.cert })]);
  assert.equal(
    await failureOf(fetch(`https://${NAME}:${place.port}/`)),
    'DEPTH_ZERO_SELF_SIGNED_CERT',
  );
  assert.deepEqual(place.requests, []);
});

async function failureOf(call: Promise<Response>): Promise<string | undefined> {
  try {
    await (await call).text();
    return undefined;
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } };
    return cause?.code;
  }
}
