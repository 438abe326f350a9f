import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receiverEntries } from '@app/platform/egress/guard';
import * as servers from '../../platform/test/support/egress-servers.ts';
import { readConfig } from '../../services/api/config.ts';

const { NAME, assertDenied, entryFor, openPlace, openWayOut, to } = servers;

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
