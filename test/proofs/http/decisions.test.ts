import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { TenantTx } from '@app/platform/database/database';
import { allow, recordChange } from '@app/platform/http/access';
import { limits } from '@app/platform/http/limits';
import { pseudonym } from '@app/platform/logging/masking';
import type { Api } from '@app/platform/service/module';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp } from '../../test/support/open-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents } from '../../test/support/tables.ts';

const ACTION = 'App::Action::"read-session"';
const yes = async () => ({ fine: true });

let service: TestApp;
before(async () => {
  service = await openApp({ modules: [{ id: 'specimen', routes: specimen }] });
  await service.database.ownerTransaction('a table to write to', ({ sql: db }) =>
    sql`create table scribble (); grant insert on scribble to app_api`.execute(db),
  );
});
after(() => service.close());

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

test('a load that fails is an error and no grant (AUTHZ-5)', async () => {
  const client = await signedIn(service);
  assert.equal((await client.send('GET', '/load-fails')).statusCode, 500);
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

test('a session that is likely stolen can still be ended, and nothing else (AUTHZ-1)', async () => {
  const client = await signedIn(service, { risk: 100 });
  for (const url of ['/session', '/openapi.json'])
    assert.equal((await client.send('GET', url)).statusCode, 403, url);
  assert.equal((await client.send('POST', '/session/end')).statusCode, 204);
  assert.equal((await client.send('GET', '/session')).statusCode, 401);
});

test('signing out takes the cookie, under the flags it was set with, and what was stored (AUTH-9)', async () => {
  const { headers } = await (await signedIn(service)).send('POST', '/session/end');
  assert.equal(
    headers['set-cookie'],
    '__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
  );
  assert.equal(headers['clear-site-data'], '"cache", "storage"');
});

test('signing out is on record (OBS-1)', async () => {
  const { headers } = await (
    await signedIn(service, { subject: 'zoe' })
  ).send('POST', '/session/end');
  const event = (await auditEvents(service)).at(-1);
  assert.equal(event?.action, 'App::Action::"end-session"');
  assert.equal(event.actor, 'zoe');
  assert.equal(event.outcome, 'success');
  assert.equal(event.request_id, headers['x-request-id']);
});

test('another site cannot sign anybody out', async () => {
  const client = await signedIn(service);
  const headers = { cookie: client.cookie, 'sec-fetch-site': 'cross-site' };
  const answer = await service.app.inject({ method: 'POST', url: '/session/end', headers });
  assert.equal(answer.statusCode, 403);
  assert.equal((await client.send('GET', '/session')).statusCode, 200);
});

async function scribbles(): Promise<number> {
  const { rows } = await service.database.ownerTransaction('count what was left', (tx) =>
    sql`select from scribble`.execute(tx.sql),
  );
  return rows.length;
}

function specimen(app: Api): void {
  const get = (url: string, access: ReturnType<typeof allow>) =>
    app.get(url, { config: { access } }, yes);
  const post = { config: { access: allow(ACTION, own) } };
  get('/mine', allow(ACTION, own));
  get('/load-fails', allow(ACTION, gone));
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

async function scribble({ sql: db }: TenantTx): Promise<void> {
  await sql`insert into scribble default values`.execute(db);
}

async function own({ caller }: TenantTx) {
  const { subject, tenant, sessionId } = caller;
  return { type: 'App::Session', id: sessionId, attributes: { owner: subject, tenant } };
}

async function gone(): Promise<never> {
  throw new Error('the store is gone');
}
