import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp, openAppWithoutDatabase } from '../../test/support/open-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents, breakAudit, mendAudit } from '../../test/support/tables.ts';
import type { TenantTx } from '../src/database/database.ts';
import { allow, publicAccess } from '../src/http/access.ts';
import { denyByDefault } from '../src/http/authorize.ts';
import { answerWithProblems } from '../src/http/errors.ts';
import { createServer } from '../src/http/server.ts';
import { createLog } from '../src/logging/log.ts';
import type { Api, Module } from '../src/service/module.ts';

const ACTION = 'App::Action::"read-session"';
const ORIGIN = 'https://service.test';
const COOKIE = `__Host-session=${'A'.repeat(43)}`;
const yes = async () => ({ fine: true });

const FROM_ELSEWHERE: readonly Record<string, string>[] = [
  {},
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: `${ORIGIN}.evil.example` },
  { origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
  { origin: ORIGIN, 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
];

let service: TestApp;
before(async () => {
  service = await openApp({ modules: [{ id: 'specimen', routes: specimen }] });
  await service.database.ownerTransaction('a table to write to', ({ sql: db }) =>
    sql`create table scribble (); grant insert on scribble to app_api`.execute(db),
  );
});
after(() => service.close());

test('a route without access stops the boot (AUTHZ-5)', async () => {
  await refusesToBoot((app) => app.get('/open', yes), /GET \/open declares no access/);
});

test('an action that no schema declares stops the boot (AUTHZ-5)', async () => {
  const access = allow('App::Action::"raed-session"', own);
  await refusesToBoot((app) => app.get('/x', { config: { access } }, yes), /no schema in policies/);
});

test('a public route without a reason stops the boot (AUTHZ-5)', async () => {
  for (const reason of ['', 'because', '               ']) {
    const access = publicAccess(reason);
    const add = (app: Api) => app.get('/x', { config: { access } }, yes);
    await refusesToBoot(add, /public without a reason/);
  }
});

test('a route added behind the back of the check is denied, whatever it declares (AUTHZ-5)', async () => {
  const app = createServer(createLog('error', { write: () => {} }));
  const access = publicAccess('It says so itself, and nobody looked.');
  app.get('/early', yes);
  app.get('/early-public', { config: { access } }, yes);
  answerWithProblems(app);
  denyByDefault(app, { database: service.database, policies: service.policies } as never);
  await app.ready();
  assert.equal((await app.inject('/early')).statusCode, 403);
  assert.equal((await app.inject('/early-public')).statusCode, 403);
  assert.equal((await app.inject('/nowhere')).statusCode, 404);
  await app.close();
});

test('HEAD is decided as its GET is (AUTHZ-5)', async () => {
  const client = await signedIn(service);
  assert.equal((await service.app.inject({ method: 'HEAD', url: '/mine' })).statusCode, 401);
  assert.equal((await client.send('HEAD', '/mine')).statusCode, 200);
  assert.equal((await client.send('HEAD', '/not-mine')).statusCode, 403);
});

test('no proof and a bad proof are 401, a valid one that may not is 403 (CHECK-11)', async () => {
  const client = await signedIn(service);
  const headers = { cookie: COOKIE };
  assert.equal((await service.app.inject('/mine')).statusCode, 401);
  assert.equal((await service.app.inject({ url: '/mine', headers })).statusCode, 401);
  assert.equal((await client.send('GET', '/mine')).statusCode, 200);
  assert.equal((await client.send('GET', '/not-mine')).statusCode, 403);
});

test('a session that is likely stolen is refused by the risk wall (AUTHZ-1)', async () => {
  const client = await signedIn(service, { risk: 80 });
  assert.equal((await client.send('GET', '/mine')).statusCode, 403);
  assert.equal((await auditEvents(service)).at(-1)?.detail['reasons'], 'risk-wall');
});

test('the trail says why somebody was refused, the answer does not (CHECK-11)', async () => {
  const client = await signedIn(service, { subject: 'mallory' });
  const answer = await client.send('GET', '/other-tenant');
  const event = (await auditEvents(service)).at(-1);
  assert.equal(answer.statusCode, 403);
  assert.equal(event?.outcome, 'denied');
  assert.equal(event.actor, 'mallory');
  assert.equal(event.detail['reasons'], 'tenant-wall');
  assert.equal(event.policy_version, service.policies.version);
  assert.equal(event.request_id, answer.headers['x-request-id']);
  assert.doesNotMatch(answer.body, /wall|tenant|policy|mallory/);
});

test('where existence would leak, refused and absent are the same answer', async () => {
  const client = await signedIn(service);
  const refused = await client.send('GET', '/hidden');
  const absent = await client.send('GET', '/absent');
  assert.equal(refused.statusCode, 404);
  assert.equal(withoutId(refused), withoutId(absent));
});

test('a change that records nothing is rolled back (OBS-1)', async () => {
  const client = await signedIn(service);
  assert.equal((await client.send('POST', '/unrecorded')).statusCode, 500);
  assert.equal(await scribbles(), 0);
});

test('an unsafe request with the cookie is refused unless it comes from our own pages (CHECK-11)', async () => {
  for (const more of FROM_ELSEWHERE) {
    const headers = { cookie: COOKIE, ...more };
    const answer = await service.app.inject({ method: 'POST', url: '/nowhere', headers });
    assert.equal(answer.json().code, 'cross-origin', JSON.stringify(more));
  }
});

test('signing out ends the session for good, and no other one (AUTH-9)', async () => {
  const [client, elsewhere] = [await signedIn(service), await signedIn(service)];
  assert.equal((await client.send('POST', '/session/end')).statusCode, 204);
  assert.equal((await client.send('GET', '/session')).statusCode, 401);
  assert.equal((await client.send('POST', '/session/end')).statusCode, 401);
  assert.equal((await elsewhere.send('GET', '/session')).statusCode, 200);
});

test('a sign-out that cannot be recorded does not happen, and the browser keeps its cookie (OBS-1)', async () => {
  const client = await signedIn(service);
  await breakAudit(service);
  const answer = await client.send('POST', '/session/end');
  await mendAudit(service);
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.headers['set-cookie'], undefined);
  assert.equal((await client.send('GET', '/session')).statusCode, 200);
});

async function refusesToBoot(routes: (app: Api) => unknown, message: RegExp): Promise<void> {
  const module: Module = { id: 'specimen', routes: (app) => void routes(app) };
  await assert.rejects(openAppWithoutDatabase({ modules: [module] }), message);
}

async function scribbles(): Promise<number> {
  const { rows } = await service.database.ownerTransaction('count what was left', (tx) =>
    sql`select from scribble`.execute(tx.sql),
  );
  return rows.length;
}

function specimen(app: Api): void {
  const get = (url: string, access: ReturnType<typeof allow>) =>
    app.get(url, { config: { access } }, yes);
  get('/mine', allow(ACTION, own));
  get('/not-mine', allow(ACTION, bobs));
  get(
    '/other-tenant',
    allow(ACTION, async ({ caller }) => sessionOf(caller.subject, 'other')),
  );
  get('/hidden', allow(ACTION, bobs, { refusedAs: 'not-found' }));
  get(
    '/absent',
    allow(ACTION, async () => undefined),
  );
  app.post('/unrecorded', { config: { access: allow(ACTION, own) } }, async ({ authorized }) => {
    await sql`insert into scribble default values`.execute(authorized.tx.sql);
    return { fine: true };
  });
}

async function own({ caller }: TenantTx) {
  return sessionOf(caller.subject, caller.tenant, caller.sessionId);
}

async function bobs({ caller }: TenantTx) {
  return sessionOf('bob', caller.tenant);
}

function sessionOf(owner: string, tenant: string, id = 'a session') {
  return { type: 'App::Session', id, attributes: { owner, tenant } };
}

function withoutId({ body }: { body: string }): string {
  return body.replace(/"requestId":"[^"]+"/, '');
}
