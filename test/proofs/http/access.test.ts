import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { TenantTx } from '@app/platform/database/database';
import { allow, publicAccess } from '@app/platform/http/access';
import { denyByDefault } from '@app/platform/http/authorize';
import { recordChange } from '@app/platform/http/access';
import { answerWithProblems } from '@app/platform/http/errors';
import { createServer } from '@app/platform/http/server';
import { limits } from '@app/platform/http/limits';
import { createLog } from '@app/platform/logging/log';
import { pseudonym } from '@app/platform/logging/masking';
import type { Api, Module } from '@app/platform/service/module';
import type { TestApp } from '../../test/support/build-app.ts';
import { appWithoutDatabase, openTestApp } from '../../test/support/build-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents } from '../../test/support/tables.ts';

const ACTION = 'App::Action::"read-session"';
const yes = async () => ({ fine: true });

let service: TestApp;
before(async () => {
  service = await openTestApp({ modules: [{ id: 'specimen', routes: specimen }] });
  await service.database.ownerTransaction('a table to write to', ({ sql: db }) =>
    sql`create table scribble (); grant insert on scribble to app_api`.execute(db),
  );
});
after(() => service.close());

test('a route without access stops the boot (AUTHZ-5)', async () => {
  await refusesToBoot((app) => app.get('/open', yes), /GET \/open declares no access/);
});

test('a route in a nested plugin without access stops the boot (AUTHZ-5)', async () => {
  await refusesToBoot(
    (app) => app.register(async (inner) => inner.post('/deep', yes)),
    /POST \/deep declares no access/,
  );
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
  const headers = { cookie: '__Host-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };
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

test('the request log follows a caller under a pseudonym (HOOK-6)', async () => {
  const subject = 'alice@example.com';
  const client = await signedIn(service, { subject });
  service.lines.length = 0;
  await client.send('GET', '/mine');
  const log = service.lines.join('');
  assert.ok(log.includes(`"subject":"${pseudonym(subject)}"`));
  assert.doesNotMatch(log, /alice/);
});

test('two session cookies prove nothing: one of them was planted', async () => {
  const { cookie } = await signedIn(service);
  const headers = { cookie: `${cookie}; __Host-session=planted` };
  assert.equal((await service.app.inject({ url: '/mine', headers })).statusCode, 401);
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

test('a load that fails is an error and no grant (AUTHZ-5)', async () => {
  const client = await signedIn(service);
  assert.equal((await client.send('GET', '/load-fails')).statusCode, 500);
});

test('a change that records nothing is rolled back (OBS-1)', async () => {
  const client = await signedIn(service);
  assert.equal((await client.send('POST', '/unrecorded')).statusCode, 500);
  assert.equal(await scribbles(), 0);
});

test('an answer that is sent before the commit is turned into an error, and nothing commits', async () => {
  const client = await signedIn(service);
  assert.equal((await client.send('POST', '/hasty')).statusCode, 500);
  assert.equal(await scribbles(), 0);
});

test('a handler that takes too long is cut off, and nothing commits', async (t) => {
  const client = await signedIn(service);
  t.mock.property(limits, 'handlerTimeoutMs', 100 as never);
  assert.equal((await client.send('POST', '/slow')).statusCode, 503);
  assert.equal(await scribbles(), 0);
});

test('a handler is given what was decided on: one look at it for each request', async () => {
  const client = await signedIn(service);
  assert.deepEqual((await client.send('GET', '/looked-at')).json(), { look: 1 });
  assert.deepEqual((await client.send('GET', '/looked-at')).json(), { look: 2 });
  assert.equal((await client.send('GET', '/decided-elsewhere')).statusCode, 500);
});

test('a public route has no caller to work with', async () => {
  assert.equal((await service.app.inject('/public')).statusCode, 500);
});

async function refusesToBoot(routes: (app: Api) => unknown, message: RegExp): Promise<void> {
  const module: Module = { id: 'specimen', routes: (app) => void routes(app) };
  await assert.rejects(appWithoutDatabase({ modules: [module] }), message);
}

async function scribbles(): Promise<number> {
  return service.database.ownerTransaction('count what was left behind', async ({ sql: db }) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from scribble
    `.execute(db);
    return rows[0]?.count ?? 0;
  });
}

async function scribble({ sql: db }: TenantTx): Promise<void> {
  await sql`insert into scribble default values`.execute(db);
}

function specimen(app: Api): void {
  const get = (url: string, access: ReturnType<typeof allow>) =>
    app.get(url, { config: { access } }, yes);
  let looks = 0;
  const look = allow(ACTION, async (tx) => ({ ...(await own(tx)), look: (looks += 1) }));
  const post = { config: { access: allow(ACTION, own) } };
  const open = { config: { access: publicAccess('Anyone may see it fail.') } };

  get('/mine', allow(ACTION, own));
  get('/not-mine', allow(ACTION, bobs));
  get('/other-tenant', allow(ACTION, acrossTheWall));
  get('/hidden', allow(ACTION, bobs, { refusedAs: 'not-found' }));
  get('/absent', allow(ACTION, nothing));
  get('/load-fails', allow(ACTION, gone));
  app.get('/looked-at', { config: { access: look } }, async ({ authorized }) => ({
    look: look.decidedOn(authorized).look,
  }));
  app.get('/decided-elsewhere', { config: { access: allow(ACTION, own) } }, async (request) =>
    look.decidedOn(request.authorized),
  );
  app.get('/public', open, async ({ authorized }) => authorized.caller.subject);
  app.post('/unrecorded', post, async ({ authorized }) => {
    await scribble(authorized.tx);
    return { fine: true };
  });
  app.post('/slow', post, async ({ authorized }) => {
    await scribble(authorized.tx);
    await recordChange(authorized, 'scribble');
    await sleep(300);
    return { fine: true };
  });
  app.post('/hasty', post, async ({ authorized }, reply) => {
    await scribble(authorized.tx);
    await recordChange(authorized, 'scribble');
    return reply.send({ fine: true });
  });
}

async function own({ caller }: TenantTx) {
  return sessionOf(caller.subject, caller.tenant, caller.sessionId);
}

async function bobs({ caller }: TenantTx) {
  return sessionOf('bob', caller.tenant);
}

async function acrossTheWall({ caller }: TenantTx) {
  return sessionOf(caller.subject, 'other');
}

async function nothing(): Promise<undefined> {}

async function gone(): Promise<never> {
  throw new Error('the store is gone');
}

function sessionOf(owner: string, tenant: string, id = 'a session') {
  return { type: 'App::Session', id, attributes: { owner, tenant } };
}

function withoutId({ body }: { body: string }): string {
  return body.replace(/"requestId":"[^"]+"/, '');
}
