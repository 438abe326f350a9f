import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '@app/platform/database/database';
import { publicAccess } from '@app/platform/http/access';
import type { Api, Module } from '@app/platform/service/module';
import type { RateLimits } from '@app/platform/http/rate-limits';
import { rateLimits } from '@app/platform/http/rate-limits';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp } from '../../test/support/open-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents } from '../../test/support/tables.ts';

const access = publicAccess('A specimen that only this test serves.');
const specimen: Module = { id: 'specimen', routes: addRoutes };
const modules = [specimen];

// Small, so that a test reaches them; everything else as it is.
const small: RateLimits = {
  ...rateLimits,
  network: { ...rateLimits.network, points: 6, lease: 2 },
  caller: { ...rateLimits.caller, points: 4, lease: 2 },
};
const manyNetworks = { ...small, network: rateLimits.network };

let database: Database;
let service: TestApp;
before(async () => {
  database = await openTestDatabase();
  service = await openApp({ database: unclosed(), limits: small, modules });
});
after(async () => {
  await service.close();
  await database.close();
});

test('a burst does not overshoot', async () => {
  const burst = Array.from({ length: 30 }, () => ask('203.0.113.3', 1));
  const answers = (await Promise.all(burst)).flat();
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 6);
});

test('a restart keeps what was counted', async () => {
  await ask('203.0.113.4', 7);
  const restarted = await openApp({ database: unclosed(), limits: small, modules });
  assert.equal((await ask('203.0.113.4', 1, '/open', restarted))[0]?.statusCode, 429);
  await restarted.close();
});

test('names that would run together are two callers (AUTH-11)', async () => {
  const app = await openApp({ database: unclosed(), limits: manyNetworks, modules });
  const one = await signedIn(app, { tenant: 'a","b', subject: 'c' });
  const other = await signedIn(app, { tenant: 'a', subject: 'b","c' });
  for (let count = 0; count < 5; count += 1) await one.send('GET', '/session');
  assert.equal((await one.send('GET', '/session')).statusCode, 429);
  assert.equal((await other.send('GET', '/session')).statusCode, 200);
  await app.close();
});

test('a refusal costs the trail nothing, and is counted with a sample', async () => {
  const app = await openApp({ database: unclosed(), limits: small, modules });
  const events = (await auditEvents(service)).length;
  await ask('203.0.113.7', 10, '/open', app);
  await app.close();
  assert.equal((await auditEvents(service)).length, events);
  const line = app.lines.find((text) => text.includes('"event":"refusals-counted"'));
  const { count, problem, route } = JSON.parse(line ?? '{}');
  assert.deepEqual(
    { count, problem, route },
    { count: 4, problem: 'rate-limited', route: '/open' },
  );
});

function addRoutes(app: Api): void {
  app.get('/open', { config: { access } }, async () => ({}));
}

async function ask(remoteAddress: string, times: number, url = '/open', { app } = service) {
  const answers = [];
  for (let count = 0; count < times; count += 1)
    answers.push(await app.inject({ url, remoteAddress }));
  return answers;
}

// Several services share the database, as processes of one deployment do; it outlives each of them.
function unclosed(): Database {
  return { ...database, close: async () => {} };
}

test('a header that a client chose changes nothing (AUTH-11)', async () => {
  await ask('203.0.113.2', 6);
  for (const [index, name] of [
    'x-forwarded-for',
    'x-real-ip',
    'forwarded',
    'client-ip',
  ].entries()) {
    const headers = { [name]: `198.51.100.${index}` };
    const answer = await service.app.inject({
      url: '/open',
      remoteAddress: '203.0.113.2',
      headers,
    });
    assert.equal(answer.statusCode, 429, name);
  }
});

test('rotating through the addresses of a /64 changes nothing (AUTH-11)', async () => {
  const statuses: number[] = [];
  for (let index = 0; index < 8; index += 1)
    statuses.push((await ask(`2001:db8::${index.toString(16)}:1`, 1))[0]?.statusCode ?? 0);
  assert.equal(statuses.filter((status) => status === 429).length, 2);
  assert.equal((await ask('2001:db8:0:1::1', 1))[0]?.statusCode, 200);
});

test('every route is limited but the probes (AUTH-11)', async () => {
  await ask('203.0.113.5', 7);
  const probes: string[] = [];
  for (const { method, url } of service.app.inventory) {
    const request = { method, url, remoteAddress: '203.0.113.5' };
    const { statusCode } = await service.app.inject(request as never);
    if (statusCode !== 429) probes.push(`${method} ${url}`);
  }
  assert.deepEqual(probes.toSorted(), ['GET /livez', 'GET /readyz', 'HEAD /livez', 'HEAD /readyz']);
  assert.equal((await ask('203.0.113.5', 1, '/nowhere'))[0]?.statusCode, 429);
});
