import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiverEntries } from '@app/platform/egress/guard';
import { onlyWithin } from '@app/platform/egress/connect';
import { EgressDenied } from '@app/platform/egress/denied';
import { CREDENTIAL_ADDRESSES } from '@app/platform/egress/hosts';
import * as servers from '../../platform/test/support/egress-servers.ts';

const { NAME, assertDenied, entryFor, openPlace, openWayOut, ours, publicEntryFor, to, within } =
  servers;

const METADATA = 'http://169.254.169.254/latest/meta-data/';

test('a name without any address is refused', async (t) => {
  const place = await openPlace(t);
  const { fetch } = openWayOut(t, [entryFor(place)], { resolve: to() });
  await assertDenied(fetch(`https://${NAME}:${place.port}/`), 'address');
});

test('the class of credentials reaches nothing beside them (HOOK-4)', async (t) => {
  const { fetch } = openWayOut(t, [
    { host: '169.254.170.2', ports: [80], class: 'task-credentials', reason: 'a test' },
  ]);
  await assertDenied(fetch(METADATA), 'address-literal');
  await assertDenied(fetch('http://169.254.170.2:8080/'), 'port');
});

test('a receiver is reached on this machine or privately, and never at the address of metadata (HOOK-4)', async (t) => {
  const reasonFor = async (endpoint: string, address: string) => {
    const entries = receiverEntries(new Map([['RECEIVER', endpoint]]));
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

test('an upgrade is refused, whatever is spoken after it (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { dispatcher, denials } = openWayOut(t, [entryFor(place)]);
  const origin = `https://${NAME}:${place.port}`;
  const upgraded = dispatcher.upgrade({ origin, path: '/', protocol: 'websocket' } as never);
  await assertDenied(upgraded, 'upgrade');
  await assertDenied(dispatcher.connect({ origin, path: '/' }), 'upgrade');
  assert.deepEqual(denials.length + place.requests.length, 2);
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

test('an entry says for how long its host may answer, whatever the limit of the others (HOOK-4)', async (t) => {
  const slow = await openPlace(t, ours, (_request, response) => {
    response.write('a');
    setTimeout(() => response.end('b'), 3_000);
  });
  const read = async (wholeMs: number, answerSeconds: number): Promise<string> => {
    const { fetch } = openWayOut(t, [entryFor(slow, { answerSeconds })], within({ wholeMs }));
    return (await fetch(`https://${NAME}:${slow.port}/`)).text();
  };
  assert.equal(await read(1_000, 20), 'ab');
  await assert.rejects(read(20_000, 1));
});
