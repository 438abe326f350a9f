import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestApp } from '../../test/support/build-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents, breakAudit, mendAudit } from '../../test/support/tables.ts';

const service = await openTestApp();
after(() => service.close());

test('signing out ends the session for good, and no other one (AUTH-9)', async () => {
  const [client, elsewhere] = [await signedIn(service), await signedIn(service)];
  assert.equal((await client.send('POST', '/session/end')).statusCode, 204);
  assert.equal((await client.send('GET', '/session')).statusCode, 401);
  assert.equal((await client.send('POST', '/session/end')).statusCode, 401);
  assert.equal((await elsewhere.send('GET', '/session')).statusCode, 200);
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

test('a sign-out that cannot be recorded does not happen, and the browser keeps its cookie (OBS-1)', async () => {
  const client = await signedIn(service);
  await breakAudit(service);
  const answer = await client.send('POST', '/session/end');
  await mendAudit(service);
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.headers['set-cookie'], undefined);
  assert.equal((await client.send('GET', '/session')).statusCode, 200);
});

test('another site cannot sign anybody out', async () => {
  const client = await signedIn(service);
  const headers = { cookie: client.cookie, 'sec-fetch-site': 'cross-site' };
  const answer = await service.app.inject({ method: 'POST', url: '/session/end', headers });
  assert.equal(answer.statusCode, 403);
  assert.equal((await client.send('GET', '/session')).statusCode, 200);
});
