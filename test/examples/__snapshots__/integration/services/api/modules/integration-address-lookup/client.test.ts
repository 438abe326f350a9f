import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EgressDenied } from '@app/platform/egress/denied';
import { egressHosts } from '@app/platform/egress/guard';
import { readEgress } from '@app/platform/egress/hosts';
import { Secret } from '@app/platform/secrets/secret';
import type { SecretStore } from '@app/platform/secrets/secret';
import {
  entryFor,
  NAME,
  openPlace,
  openWayOut,
  ours,
} from '../../../../platform/test/support/egress-servers.ts';
import { EGRESS } from '@app/platform/service/folders';
import { limits, openCalls } from './calls.ts';
import { openClient } from './client.ts';
import { ORIGIN } from './origin.ts';
import { Item } from './schemas.ts';

const KEY = 'a-key-of-the-caller';
const ITEM = { id: 'a1', name: 'a name' };
const quick = { ...limits, attemptMs: 500, firstWaitMs: 1, longestWaitMs: 2 };

test('its own host is listed, so that its calls get through', () => {
  const { host, port } = new URL(ORIGIN);
  const place = port === '' ? `${host}:443` : host;
  assert.ok(
    egressHosts(readEgress(EGRESS, { local: false })).public.includes(place),
    fileURLToPath(EGRESS),
  );
});

test('it finds and creates, with the token and the key of the caller', async (t) => {
  const { client, place, seen } = await opened(t, [
    json(200, { ...ITEM, more: 1 }),
    json(201, ITEM),
    json(404, {}),
  ]);
  assert.deepEqual(await client.find('a1'), { ok: true, value: ITEM });
  assert.deepEqual(await client.create({ name: 'a name' }, KEY), { ok: true, value: ITEM });
  assert.deepEqual(await client.find('a2'), { ok: true, value: undefined });
  const host = `${NAME}:${place.port}`;
  assert.deepEqual(place.requests, [
    `GET ${host} /items/a1`,
    `POST ${host} /items`,
    `GET ${host} /items/a2`,
  ]);
  assert.deepEqual(
    seen.map(({ token }) => token),
    ['token-1', 'token-2', 'token-3'],
  );
  assert.deepEqual(
    seen.map(({ key }) => key),
    [undefined, KEY, undefined],
  );
});

test('what reads or has a key is tried again, under the same key, and three times at most (HOOK-4)', async (t) => {
  const { client, seen } = await opened(t, [
    json(503, {}),
    json(429, {}),
    json(201, ITEM),
    json(503, {}),
  ]);
  assert.deepEqual(await client.create({ name: 'a name' }, KEY), { ok: true, value: ITEM });
  assert.deepEqual(
    seen.map(({ key }) => key),
    [KEY, KEY, KEY],
  );
  assert.deepEqual(await client.find('a1'), { ok: false, error: 'unavailable' });
  assert.equal(seen.length, 6);
});

test('what has no key is tried once (HOOK-4)', async (t) => {
  const place = await openPlace(t, ours, json(503, {}));
  const { fetch } = openWayOut(t, [entryFor(place)]);
  const origin = `https://${NAME}:${place.port}`;
  const { change } = openCalls(tokens(), { fetch, origin, limits: quick });
  const answer = await change({ method: 'POST', path: '/items', answer: Item });
  assert.deepEqual(answer, { ok: false, error: 'unavailable' });
  assert.equal(place.requests.length, 1);
});

test('a refusal is not tried again, and an answer of another shape is none (HOOK-4)', async (t) => {
  const { client, seen } = await opened(t, [
    json(403, {}),
    json(200, { id: '../a' }),
    json(200, 'text'),
    text('{'),
  ]);
  assert.deepEqual(await client.find('a1'), { ok: false, error: 'refused' });
  for (let answer = 0; answer < 3; answer += 1)
    assert.deepEqual(await client.find('a1'), { ok: false, error: 'unclear' });
  assert.equal(seen.length, 4);
});

test('a token that was rotated is taken at once, and one that was not is shown once (HOOK-6)', async (t) => {
  const kept = [new Secret('older'), new Secret('newer')];
  const asked: unknown[] = [];
  // As a store does that keeps what it has read until that is refused.
  const secrets: SecretStore = {
    read: async (_reference, { refused } = {}) => {
      asked.push(refused);
      if (refused?.equals('older')) kept.shift();
      return kept[0] as Secret;
    },
  };
  const { client, seen } = await opened(
    t,
    [json(401, {}), json(200, ITEM), json(401, {})],
    quick,
    secrets,
  );
  assert.deepEqual(await client.find('a1'), { ok: true, value: ITEM });
  assert.deepEqual(await client.find('a1'), { ok: false, error: 'refused' });
  assert.deepEqual(
    seen.map(({ token }) => token),
    ['older', 'newer', 'newer'],
  );
  assert.equal(asked.length, 4);
});

test('after failures in a row nobody is asked for a while (HOOK-4)', async (t) => {
  const { client, seen } = await opened(t, [json(503, {})]);
  for (let call = 0; call < 4; call += 1)
    assert.deepEqual(await client.find('a1'), { ok: false, error: 'unavailable' });
  assert.equal(seen.length, limits.failuresInARow);
});

test('an attempt that takes too long is given up (HOOK-4)', async (t) => {
  const { client } = await opened(t, [() => {}], { ...quick, attemptMs: 50 });
  assert.deepEqual(await client.find('a1'), { ok: false, error: 'unavailable' });
});

test('an id that would lead elsewhere, and a key that is none, are never sent (HOOK-4)', async (t) => {
  const { client, seen } = await opened(t, [json(200, ITEM)]);
  for (const id of ['', '../admin', 'a/b', 'a?b', 'a#b', '%2e%2e'])
    await assert.rejects(client.find(id));
  for (const key of ['', 'short', 'a key with spaces', `${KEY}\r\nx: y`])
    await assert.rejects(client.create({ name: 'a name' }, key));
  assert.equal(seen.length, 0);
});

test('a host that is not listed is an error, and not a failure to try again (HOOK-4)', async (t) => {
  const { fetch, denials } = openWayOut(t, []);
  await assert.rejects(openClient(tokens(), { fetch, limits: quick }).find('a1'), EgressDenied);
  assert.equal(denials.length, 1);
});

// The last answer is given again, however often it is asked for.
async function opened(
  t: TestContext,
  answers: readonly RequestListener[],
  most = quick,
  secrets = tokens(),
) {
  const seen: { token: string | undefined; key: unknown }[] = [];
  const place = await openPlace(t, ours, (request, response) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push({
      token: request.headers.authorization?.split('Bearer ')[1],
      key: request.headers['idempotency-key'],
    });
    answer?.(request, response);
  });
  const { fetch } = openWayOut(t, [entryFor(place)]);
  const origin = `https://${NAME}:${place.port}`;
  return { client: openClient(secrets, { fetch, origin, limits: most }), place, seen };
}

// Another one for each attempt, as while it is rotated.
function tokens(): SecretStore {
  let count = 0;
  return { read: async () => new Secret(`token-${(count += 1)}`) };
}

function json(status: number, body: unknown): RequestListener {
  return (_request, response) => void response.writeHead(status).end(JSON.stringify(body));
}

function text(body: string): RequestListener {
  return (_request, response) => void response.end(body);
}
