import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EgressDenied } from '@app/platform/egress/denied';
import type { SecretStore } from '@app/platform/secrets/secret';
import { Secret } from '@app/platform/secrets/secret';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import {
  entryFor,
  NAME,
  openPlace,
  openWayOut,
} from '../../platform/test/support/egress-servers.ts';
import { limits, openClient } from '../../services/api/modules/model-client-disk/client.ts';
import {
  ask,
  collect,
  MODULE,
  MOST,
  opened,
  payerOf,
  prompt,
  sending,
  spentBy,
  start,
  status,
  streaming,
  textEvent,
  whole,
} from './fake-provider.ts';

const database = await openPlatformDatabase(MODULE);
after(() => database.close());
const key: SecretStore = { read: async () => new Secret('a-key') };

for (const [what, answer] of Object.entries({
  'a request that is wrong': status(400),
  'money that ran out': status(429),
  'a wait that is too long': status(503, { 'retry-after': '3600' }),
}))
  test(`${what} is not tried again, and costs nothing (HOOK-4)`, async (t) => {
    const { client, seen } = await opened(t, database, [answer]);
    const payer = payerOf();
    assert.equal((await client.answer(payer, ask)).ok, false);
    assert.equal(seen.length, 1);
    assert.equal(await spentBy(database, payer), 0);
  });

test('a wait that the provider asks for is waited (HOOK-4)', async (t) => {
  const answers = [status(429, { 'retry-after': '1' }), sending(whole('x'))];
  const { client, seen } = await opened(t, database, answers, { longestWaitMs: 2_000 });
  assert.equal((await client.answer(payerOf(), ask)).ok, true);
  const [first, second] = seen.map(({ at }) => at);
  assert.ok(Number(second) - Number(first) >= 990);
});

test('a call that is stopped while it waits is not made again (HOOK-4)', async (t) => {
  const stop = new AbortController();
  const answers = [status(429, { 'retry-after': '30' })];
  const { client, seen } = await opened(t, database, answers, { longestWaitMs: 60_000 });
  const begun = performance.now();
  const answer = client.answer(payerOf(), { ...ask, signal: stop.signal });
  await until(() => seen.length === 1);
  await sleep(100);
  stop.abort();
  assert.deepEqual(await answer, { ok: false, error: 'stopped' });
  assert.equal(seen.length, 1);
  assert.ok(performance.now() - begun < 20_000);
});

test('each attempt that may have been worked on stays spent (AUTHZ-1)', async (t) => {
  const { client, seen } = await opened(t, database, [
    (_request, response) => void response.destroy(),
    status(500),
    sending(whole('x')),
  ]);
  const payer = payerOf();
  assert.equal((await client.answer(payer, ask)).ok, true);
  assert.equal(seen.length, 3);
  assert.equal(await spentBy(database, payer), 2 * MOST + 17);
});

test('attempts end where the budget does (AUTHZ-1)', async (t) => {
  const { client, seen } = await opened(t, database, [status(500)], { dailyTokens: 2 * MOST });
  const answer = await client.answer(payerOf(), ask);
  assert.deepEqual(answer, { ok: false, error: 'over-budget' });
  assert.equal(seen.length, 2);
});

test('a provider that cannot be reached costs nothing (AUTHZ-1)', async (t) => {
  const place = await openPlace(t);
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const { fetch } = openWayOut(t, [entryFor({ ...place, port })]);
  const options = { fetch, origin: `https://${NAME}:${port}`, limits: { ...limits, retries: 0 } };
  const client = openClient({ database, secrets: key }, options);
  const payer = payerOf();
  assert.deepEqual(await client.answer(payer, ask), { ok: false, error: 'unavailable' });
  assert.equal(await spentBy(database, payer), 0);
});

test('after failures in a row no call is made for a while, and none is paid (HOOK-4)', async (t) => {
  const { client, seen } = await opened(t, database, [status(503)]);
  const payer = payerOf();
  for (let call = 0; call < 4; call += 1)
    assert.deepEqual(await client.answer(payer, ask), { ok: false, error: 'unavailable' });
  assert.equal(seen.length, limits.failuresInARow);
  assert.equal(await spentBy(database, payer), 0);
});

test('a host that is not listed is an error, and not a failure to try again (HOOK-4)', async (t) => {
  const { fetch, denials } = openWayOut(t, []);
  const client = openClient({ database, secrets: key }, { fetch });
  const payer = payerOf();
  await assert.rejects(client.answer(payer, ask), EgressDenied);
  assert.equal(denials.length, 1);
  assert.equal(await spentBy(database, payer), 0);
});

test('a key that was rotated is taken at once, and one that was not is shown once (HOOK-6)', async (t) => {
  const kept = [new Secret('older'), new Secret('newer')];
  // As a store that keeps what it has read until that is refused.
  const secrets: SecretStore = {
    read: async (_reference, { refused } = {}) => {
      if (refused?.equals('older')) kept.shift();
      return kept[0] as Secret;
    },
  };
  const answers = [status(401), sending(whole('x')), status(401)];
  const { client, seen } = await opened(t, database, answers, {}, secrets);
  assert.equal((await client.answer(payerOf(), ask)).ok, true);
  assert.deepEqual(await client.answer(payerOf(), ask), { ok: false, error: 'refused' });
  assert.deepEqual(
    seen.map((call) => call.key),
    ['older', 'newer', 'newer'],
  );
});

test('a consumer that stops reading ends the call, which stays spent (AUTHZ-1)', async (t) => {
  const closed = Promise.withResolvers<void>();
  const endless = streaming((send, response) => {
    response.once('close', () => closed.resolve());
    send(start + textEvent('x'));
  });
  const { client } = await opened(t, database, [endless]);
  const payer = payerOf();
  for await (const event of client.stream(payer, ask)) {
    assert.equal(event.kind, 'text');
    break;
  }
  await closed.promise;
  assert.equal(await spentBy(database, payer), MOST);
});

test('a caller that stops the call is told so, and it does not count against the provider', async (t) => {
  const { client, seen } = await opened(t, database, [() => {}], { failuresInARow: 1 });
  for (let call = 1; call <= 3; call += 1) {
    const stop = new AbortController();
    const answer = client.answer(payerOf(), { ...ask, signal: stop.signal });
    await until(() => seen.length === call);
    stop.abort();
    assert.deepEqual(await answer, { ok: false, error: 'stopped' });
  }
});

test('instructions are sent apart from the prompt', async (t) => {
  const { client, seen } = await opened(t, database, [sending(whole('x'))]);
  await client.answer(payerOf(), { ...ask, instructions: await prompt('Be brief.') });
  assert.equal((seen[0]?.body as { system?: string } | undefined)?.system, 'Be brief.');
});

test('an answer without a length, or of too great a length, is a mistake in the code', async (t) => {
  const { client, seen } = await opened(t, database, [sending(whole('x'))]);
  for (const mostTokens of [0, -1, 1.5, Number.NaN, limits.tokensAnAnswer + 1])
    await assert.rejects(client.answer(payerOf(), { ...ask, mostTokens }), RangeError);
  assert.equal(seen.length, 0);
});

test('a stream that nothing reads makes no call', async (t) => {
  const { client, seen } = await opened(t, database, [sending(whole('x'))]);
  const payer = payerOf();
  client.stream(payer, ask);
  await sleep(50);
  assert.equal(seen.length, 0);
  assert.equal(await spentBy(database, payer), undefined);
  assert.equal((await collect(client.stream(payer, ask))).text, 'x');
});

async function until(isSo: () => boolean): Promise<void> {
  for (let waits = 0; waits < 2_000 && !isSo(); waits += 1) await sleep(5);
}
