import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { ChosenOptions } from '../src/egress/chosen.ts';
import {
  addressesBy,
  chosenAddress,
  chosenLimits,
  openChosen,
  readChosen,
} from '../src/egress/chosen.ts';
import type { Resolve } from '../src/egress/connect.ts';
import { EgressDenied } from '../src/egress/denied.ts';
import { readEgress } from '../src/egress/hosts.ts';
import { EGRESS } from '../src/service/folders.ts';
import type { Place } from './support/egress-servers.ts';
import { NAME, openPlace, openWayOut, ours, to } from './support/egress-servers.ts';

const message = { headers: { 'webhook-id': 'msg_1' }, body: Buffer.from('{}') };
const NEVER = new AbortController().signal;

const PORTS = [443];

test('an address is https on a listed port of a whole public name (HOOK-4)', () => {
  const refused = {
    scheme: ['http://a.test/', 'ftp://a.test/', 'file:///etc/passwd'],
    port: ['https://a.test:8443/', 'https://a.test:22/'],
    'address-literal': [
      'https://127.0.0.1/',
      'https://127.1/',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://0x7f.0.0.1/',
      'https://0177.0.0.1/',
      'https://169.254.169.254/latest/meta-data/',
      'https://%31%32%37.0.0.1/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:7f00:1]/',
      'https://[fd00:ec2::254]/',
      'https://93.184.216.34/',
    ],
    malformed: [
      '',
      'a.test',
      '//a.test/',
      'https://',
      'https://localhost/',
      'https://metadata/',
      'https://a.test./',
      'https://alice@a.test/',
      ['https://alice', 'word@a.test/'].join(':'),
      'https://a.test/#part',
      'https://a_b.test/',
      'https://*/',
      'https://ⓐ.test/',
      'https://a.test/ b',
      'https://a.test/\nb',
      `https://a.test/${'a'.repeat(2_000)}`,
    ],
  };
  for (const [reason, texts] of Object.entries(refused))
    for (const text of texts) {
      const found = chosenAddress(text, PORTS);
      assert.equal(found.ok ? found.value.href : found.error, reason, text);
    }
  for (const text of ['https://a.test/b?c=d', 'https://a.test:443/b?c=d', 'HTTPS://A.test/b?c=d']) {
    const found = chosenAddress(text, PORTS);
    assert.equal(found.ok && found.value.href, 'https://a.test/b?c=d');
  }
});

test('an address is judged at each call, too (HOOK-4)', async (t) => {
  const { post } = openTrusting(t, await openPlace(t));
  for (const text of ['http://a.test/', 'https://127.0.0.1/', `https://${NAME}/`])
    await assert.rejects(post(text, message, NEVER), EgressDenied);
});

test('a message arrives as it was given, on a connection of its own, and the status alone is kept (HOOK-4)', async (t) => {
  let held = '';
  const place = await openPlace(t, ours, (request, response) => {
    const { 'webhook-id': id, 'accept-encoding': coding, connection } = request.headers;
    held = [id, coding, connection].join(' ');
    response.writeHead(503, { 'retry-after': '7' }).end('body');
  });
  const { post } = openTrusting(t, place);
  const answer = await post(`https://${NAME}:${place.port}/a?b=c`, message, NEVER);
  assert.deepEqual(answer, { status: 503, retryAfter: '7' });
  assert.equal(held, 'msg_1 identity close');
  assert.deepEqual(place.requests, [`POST ${NAME}:${place.port} /a?b=c`]);
});

test('a name that leads inside is refused when it is connected to, and nobody is told its name (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { denials } = openWayOut(t, []);
  const inside = [
    ['127.0.0.1'],
    ['0.0.0.0'],
    ['10.0.0.7'],
    ['172.16.0.1'],
    ['192.168.1.1'],
    ['100.64.0.1'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['::ffff:10.0.0.7'],
    ['64:ff9b::7f00:1'],
    ['2002:7f00:1::'],
    ['fe80::1%lo'],
    ['fd00:ec2::254'],
    ['93.184.216.34', '127.0.0.1'],
    [],
  ];
  for (const addresses of inside) {
    const { post } = opened(t, place, { resolve: to(...addresses) });
    const call = post(`https://${NAME}:${place.port}/`, message, NEVER);
    await assert.rejects(call, EgressDenied, addresses.join());
  }
  assert.deepEqual(place.requests, []);
  assert.deepEqual(
    denials,
    inside.map(() => ({ reason: 'address', reportOnly: false })),
  );
});

test('a name that leads elsewhere the next time is checked the next time (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const answers = [to('127.0.0.1'), to('10.0.0.7')];
  const resolve: Resolve = (...call) => answers.shift()?.(...call);
  const { post } = openTrusting(t, place, { resolve });
  const url = `https://${NAME}:${place.port}/`;
  assert.equal((await post(url, message, NEVER)).status, 200);
  await assert.rejects(post(url, message, NEVER), EgressDenied);
  assert.equal(place.requests.length, 1);
});

test('both families are asked, and what either of them says is judged (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const url = `https://${NAME}:${place.port}/`;
  const reached = openTrusting(t, place, { resolve: names(['127.0.0.1'], []) });
  assert.equal((await reached.post(url, message, NEVER)).status, 200);
  const mixed = openTrusting(t, place, { resolve: names(['127.0.0.1'], ['fd00::1']) });
  await assert.rejects(mixed.post(url, message, NEVER), EgressDenied);
  const nowhere = openTrusting(t, place, { resolve: names([], []) });
  await assert.rejects(nowhere.post(url, message, NEVER), { code: 'ENOTFOUND' });
});

test('a redirect is an answer, and is not followed (HOOK-4)', async (t) => {
  const place = await openPlace(t, ours, (_request, response) =>
    response.writeHead(307, { location: `https://${NAME}:${place.port}/inside` }).end(),
  );
  const { post } = openTrusting(t, place);
  const url = `https://${NAME}:${place.port}/`;
  assert.equal((await post(url, message, NEVER)).status, 307);
  assert.equal(place.requests.length, 1);
});

test('a certificate that nobody trusts, or of another name, is refused (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const untrusting = openChosen(
    { ports: [place.port], loopback: true },
    { resolve: to('127.0.0.1') },
  );
  t.after(() => untrusting.close());
  const { post } = openTrusting(t, place);
  const at = (name: string): string => `https://${name}:${place.port}/`;
  await assert.rejects(untrusting.post(at(NAME), message, NEVER), {
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  await assert.rejects(post(at('other.test'), message, NEVER), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  assert.deepEqual(place.requests, []);
});

test('whoever never answers is given up, and what never ends is not read to the end (HOOK-4)', async (t) => {
  const silent = await openPlace(t, ours, () => {});
  const limits = { ...chosenLimits, wholeMs: 100 };
  const impatient = openTrusting(t, silent, { limits });
  const url = `https://${NAME}:${silent.port}/`;
  await assert.rejects(impatient.post(url, message, NEVER), { name: 'TimeoutError' });

  let cut: Promise<unknown> | undefined;
  const endless = await openPlace(t, ours, (_request, response) => {
    cut = once(response, 'close');
    Readable.from(forever()).pipe(response);
  });
  const small = { limits: { ...chosenLimits, answerBytes: 10_000 } };
  const { post } = openTrusting(t, endless, small);
  assert.equal((await post(`https://${NAME}:${endless.port}/`, message, NEVER)).status, 200);
  await cut;
});

test('who may call whatever was chosen is whoever holds the way out, and the list stays a list (HOOK-4)', async (t) => {
  assert.deepEqual(readChosen(EGRESS, 'outbound-webhooks').ports, [443]);
  assert.throws(() => readChosen(EGRESS, 'app'), /nothing under chosen/);
  const { fetch } = openWayOut(t, readEgress(EGRESS, { local: true }));
  await assert.rejects(fetch('https://receiver.example.com/'), EgressDenied);
});

function names(four: readonly string[], six: readonly string[]): Resolve {
  return addressesBy({ resolve4: answering(four), resolve6: answering(six) } as never);
}

// A name server that has these, or none.
function answering(addresses: readonly string[]) {
  return (_host: string, callback: (error: Error | null, found?: readonly string[]) => void) =>
    addresses.length > 0
      ? callback(null, addresses)
      : callback(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
}

function* forever(): Iterable<string> {
  for (;;) yield 'x'.repeat(1_000);
}

// As production has it, but for the authority.
function opened(t: TestContext, { port, cert }: Place, more: ChosenOptions) {
  const chosen = openChosen({ ports: [port], ca: cert }, more);
  t.after(() => chosen.close());
  return chosen;
}

// One that may reach this machine: nothing that a shard could say.
function openTrusting(t: TestContext, { port, cert }: Place, more: ChosenOptions = {}) {
  const trusted = { ports: [port], ca: cert, loopback: true } as const;
  const chosen = openChosen(trusted, { resolve: to('127.0.0.1'), ...more });
  t.after(() => chosen.close());
  return chosen;
}
