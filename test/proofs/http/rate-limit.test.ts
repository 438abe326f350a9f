import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '@app/platform/database/database';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { appWithoutDatabase, openTestApp } from '../../test/support/build-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents } from '../../test/support/tables.ts';
import { publicAccess } from '@app/platform/http/access';
import type { Api, Module } from '@app/platform/service/module';
import type { RateLimits } from '@app/platform/http/rate-limits';
import { rateLimits } from '@app/platform/http/rate-limits';

const access = publicAccess('A specimen that only this test serves.');
const specimen: Module = { id: 'specimen', routes: addRoutes };
const modules = [specimen];

// Small, so that a test reaches them; everything else as it is.
const small: RateLimits = {
  ...rateLimits,
  network: { ...rateLimits.network, points: 6, lease: 2 },
  caller: { ...rateLimits.caller, points: 4, lease: 2 },
  'sign-in': { ...rateLimits['sign-in'], points: 2, lease: 1 },
};
const manyNetworks = { ...small, network: rateLimits.network };

let database: Database;
let service: TestApp;
before(async () => {
  database = await openTestDatabase();
  service = await openTestApp({ database: unclosed(), limits: small, modules });
});
after(async () => {
  await service.close();
  await database.close();
});

test('past its limit a network is refused, and told when to come back (AUTH-11)', async () => {
  const answers = await ask('203.0.113.1', 8);
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200, 200, 200, 200, 429, 429],
  );
  const { headers, body } = answers[7] as (typeof answers)[number];
  assert.match(String(headers['content-type']), /^application\/problem\+json/);
  assert.equal(JSON.parse(body).code, 'rate-limited');
  const wait = Number(headers['retry-after']);
  assert.ok(wait > 0 && wait <= 60);
  assert.equal(headers['ratelimit-policy'], '"network";q=6;w=60');
  assert.equal(headers['ratelimit'], `"network";r=0;t=${wait}`);
});

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

test('a burst does not overshoot', async () => {
  const burst = Array.from({ length: 30 }, () => ask('203.0.113.3', 1));
  const answers = (await Promise.all(burst)).flat();
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 6);
});

test('a restart keeps what was counted', async () => {
  await ask('203.0.113.4', 7);
  const restarted = await openTestApp({ database: unclosed(), limits: small, modules });
  assert.equal((await ask('203.0.113.4', 1, '/open', restarted))[0]?.statusCode, 429);
  await restarted.close();
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

test('a caller has one share from however many networks, and cannot take that of another one (AUTH-11)', async () => {
  const app = await openTestApp({ database: unclosed(), limits: manyNetworks, modules });
  const mallory = await signedIn(app, { subject: 'mallory' });
  const statuses: number[] = [];
  for (let index = 0; index < 6; index += 1) {
    const remoteAddress = `198.51.100.${index}`;
    const request = { url: '/session', remoteAddress, headers: { cookie: mallory.cookie } };
    statuses.push((await app.app.inject(request)).statusCode);
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429]);
  for (const facts of [{ subject: 'alice' }, { subject: 'mallory', tenant: 'other' }])
    assert.equal((await (await signedIn(app, facts)).send('GET', '/session')).statusCode, 200);
  // Signing in anew is no way around it.
  const again = await signedIn(app, { subject: 'mallory' });
  assert.equal((await again.send('GET', '/session')).statusCode, 429);
  await app.close();
});

test('names that would run together are two callers (AUTH-11)', async () => {
  const app = await openTestApp({ database: unclosed(), limits: manyNetworks, modules });
  const one = await signedIn(app, { tenant: 'a","b', subject: 'c' });
  const other = await signedIn(app, { tenant: 'a', subject: 'b","c' });
  for (let count = 0; count < 5; count += 1) await one.send('GET', '/session');
  assert.equal((await one.send('GET', '/session')).statusCode, 429);
  assert.equal((await other.send('GET', '/session')).statusCode, 200);
  await app.close();
});

test('guesses at a proof have a limit of their own (AUTH-11)', async () => {
  const answers = await ask('203.0.113.6', 3, '/guess');
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 429],
  );
  assert.equal((await ask('203.0.113.6', 1))[0]?.statusCode, 200);
});

test('without the database guesses are refused, and the rest is counted here (AUTHZ-5)', async () => {
  const app = await appWithoutDatabase({ limits: small, modules });
  assert.equal((await ask('203.0.113.1', 1, '/guess', app))[0]?.statusCode, 503);
  const statuses = (await ask('203.0.113.2', 8, '/open', app)).map(({ statusCode }) => statusCode);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 429, 429]);
  assert.match(app.lines.join(''), /"event":"limit-uncounted"/);
  await app.close();
});

test('a refusal costs the trail nothing, and is counted with a sample', async () => {
  const app = await openTestApp({ database: unclosed(), limits: small, modules });
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
  app.get('/guess', { config: { access, limit: 'sign-in' } }, async () => ({}));
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
