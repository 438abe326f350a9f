import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp, openAppWithoutDatabase } from '../../test/support/open-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import type { Database } from '../src/database/database.ts';
import { publicAccess } from '../src/http/access.ts';
import { networkOf } from '../src/http/origins.ts';
import type { RateLimit, RateLimiter } from '../src/http/rate-limits.ts';
import { durableLimiter } from '../src/http/rate-limits.ts';
import type { RateLimits } from '../src/http/rate-limits.ts';
import { rateLimits } from '../src/http/rate-limits.ts';
import type { Api, Module } from '../src/service/module.ts';
import { openTestDatabase } from './support/database.ts';

const access = publicAccess('A specimen that only this test serves.');
const modules: readonly Module[] = [{ id: 'specimen', routes: addRoutes }];

// Small, so that a test reaches them; everything else as it is.
const small: RateLimits = {
  ...rateLimits,
  network: { ...rateLimits.network, points: 6, lease: 2 },
  caller: { ...rateLimits.caller, points: 4, lease: 2 },
  'sign-in': { ...rateLimits['sign-in'], points: 2, lease: 1 },
};
const exact: RateLimit = { points: 5, seconds: 600, lease: 1 };
const leased: RateLimit = { points: 20, seconds: 600, lease: 5 };

const FORGED = {
  host: 'service.test',
  'x-forwarded-host': 'evil.test',
  'x-forwarded-proto': 'https',
  forwarded: 'for=192.0.2.1;host=evil.test;proto=https',
  'x-real-ip': '192.0.2.1',
};

const PROXY = '10.0.0.2';
const CLIENT = '203.0.113.9';
const ADDRESSES: readonly [string, readonly string[], remote: string, forwardedFor: string][] = [
  ['no proxy is listed', [], CLIENT, '192.0.2.1'],
  ['the proxy adds to a forged one', [PROXY], PROXY, `192.0.2.1, ${CLIENT}`],
  ['two proxies in a row', ['10.0.0.0/24'], PROXY, `192.0.2.1, ${CLIENT}, 10.0.0.7`],
];

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

test('every address of a /64 is the same network, in every spelling (AUTH-11)', () => {
  const network = '2001:db8:0:7::/64';
  for (const address of [
    '2001:db8:0:7::1',
    '2001:DB8:0:7:ffff:ffff:ffff:ffff',
    '2001:0db8:0000:0007:0000:0000:0000:0001',
    '2001:db8::7:0:0:0:1',
    '2001:db8:0:7::',
    '2001:db8:0:7::203.0.113.7',
  ])
    assert.equal(networkOf(address), network, address);
});

for (const [name, proxies, remote, forwardedFor] of ADDRESSES)
  test(`the address is the one that a listed proxy saw: ${name} (AUTH-11)`, async (t) => {
    const { app, close } = await openAppWithoutDatabase({ modules, trustedProxies: proxies });
    t.after(close);
    const headers = { ...FORGED, 'x-forwarded-for': forwardedFor };
    const answer = await app.inject({ url: '/seen', headers, remoteAddress: remote });
    assert.deepEqual(answer.json().seen, [CLIENT, 'service.test', 'http', 'x-forwarded-for']);
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

test('a caller has one share from however many networks, and cannot take that of another one (AUTH-11)', async () => {
  const app = await openApp({
    database: unclosed(),
    limits: { ...small, network: rateLimits.network },
    modules,
  });
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

test('guesses at a proof have a limit of their own (AUTH-11)', async () => {
  const answers = await ask('203.0.113.6', 3, '/guess');
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 429],
  );
  assert.equal((await ask('203.0.113.6', 1))[0]?.statusCode, 200);
});

test('without the database guesses are refused, and the rest is counted here (AUTHZ-5)', async () => {
  const app = await openAppWithoutDatabase({ limits: small, modules });
  assert.equal((await ask('203.0.113.1', 1, '/guess', app))[0]?.statusCode, 503);
  const statuses = (await ask('203.0.113.2', 8, '/open', app)).map(({ statusCode }) => statusCode);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 429, 429]);
  assert.match(app.lines.join(''), /"event":"limit-uncounted"/);
  await app.close();
});

test('a burst from several processes does not overshoot (AUTH-11)', async () => {
  for (const limit of [exact, leased]) {
    const processes = Array.from({ length: 4 }, () => durableLimiter(database, 'burst', limit));
    const name = `burst of ${limit.lease}`;
    const all = await Promise.all(processes.map((limiter) => granted(limiter, name, 40)));
    const total = all.reduce((sum, count) => sum + count, 0);
    assert.equal(total, limit.points, name);
  }
});

test('after its window, a limit gives again (AUTH-11)', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const limiter = durableLimiter(database, 'window', leased);
  assert.equal(await granted(limiter, 'alice', 50), leased.points);
  t.mock.timers.tick(leased.seconds * 1000 - 1);
  assert.equal(await granted(limiter, 'alice', 1), 0);
  t.mock.timers.tick(2);
  assert.equal(await granted(limiter, 'alice', 50), leased.points);
});

function addRoutes(app: Api): void {
  app.get('/open', { config: { access } }, async () => ({}));
  app.get('/guess', { config: { access, limit: 'sign-in' } }, async () => ({}));
  app.get('/seen', { config: { access } }, async ({ ip, host, protocol, headers }) => ({
    seen: [ip, host, protocol, ...Object.keys(headers).filter((name) => /forward/.test(name))],
  }));
}

async function ask(remoteAddress: string, times: number, url = '/open', { app } = service) {
  const answers = [];
  for (let count = 0; count < times; count += 1)
    answers.push(await app.inject({ url, remoteAddress }));
  return answers;
}

async function granted(limiter: RateLimiter, key: string, requests: number): Promise<number> {
  const waits = await Promise.all(Array.from({ length: requests }, () => limiter.take(key)));
  return waits.filter((wait) => wait === 0).length;
}

// Several services share the database, as the processes of one deployment do. It outlives each of them.
function unclosed(): Database {
  return { ...database, close: async () => {} };
}
