import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp } from '../../test/support/open-app.ts';
import type { Answer, Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditCount, auditEvents } from '../../test/support/tables.ts';
import type { TenantTx } from '../src/database/database.ts';
import { allow, recordChange } from '../src/http/access.ts';
import { strictObject } from '../src/http/schemas.ts';
import type { Api } from '../src/service/module.ts';

const ACTION = 'App::Action::"read-session"';

let service: TestApp;
let alice: Client;
// Each test sets what the routes below do.
let behave: (tx: TenantTx) => Promise<unknown> = async () => {};
before(async () => {
  service = await openApp({ modules: [{ id: 'specimen', routes: specimen }] });
  await service.database.ownerTransaction('a table to write to', ({ sql: db }) =>
    sql`create table scribble (); grant insert on scribble to app_api`.execute(db),
  );
  alice = await signedIn(service);
});
after(() => service.close());

test('without a key, a route that would make a second thing is refused, and others are not', async () => {
  for (const method of ['POST', 'PATCH']) {
    const answer = await alice.send(method, '/things', { n: 1 }, { 'idempotency-key': undefined });
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json()['code'], 'idempotency-key-required');
  }
  for (const url of ['/things', '/lenient']) {
    const method = url === '/things' ? 'PUT' : 'POST';
    const answer = await alice.send(method, url, { n: 1 }, { 'idempotency-key': undefined });
    assert.equal(answer.statusCode, 201, url);
    assert.equal(answer.headers['idempotency-replayed'], undefined);
  }
});

test('a retry is answered as the first request was, quoted or bare, and nothing happens', async () => {
  const earlier = await scribbles();
  const first = await send('"retried-key"', { n: 1, m: 2 });
  const again = await send('retried-key', { m: 2, n: 1 });
  assert.equal(first.statusCode, 201);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  isSameAnswer(again, first);
  assert.equal(await scribbles(), earlier + 1);
});

test('the same key for something else is refused', async () => {
  await send('reused-key', { n: 1 });
  for (const [payload, url] of [
    [{ n: 2 }, '/things'],
    [{ n: 1 }, '/things?dry=1'],
  ] as const) {
    const answer = await send('reused-key', payload, 'POST', url);
    assert.equal(answer.statusCode, 422);
    assert.equal(answer.json()['code'], 'idempotency-key-reused');
  }
  assert.equal((await send('reused-key', { n: 2 }, 'PUT')).statusCode, 201);
});

test("nobody is answered with somebody else's result, in their tenant or another (AUTHZ-1)", async () => {
  const first = await send('common-key', { n: 1 });
  for (const facts of [{ subject: 'bob' }, { tenant: 'other' }]) {
    const other = await signedIn(service, facts);
    const answer = await send('common-key', { n: 1 }, 'POST', '/things', other);
    assert.equal(answer.headers['idempotency-replayed'], undefined);
    assert.notEqual(answer.body, first.body);
  }
});

test('whoever lost the right since gets no replay, and the attempt is on record (AUTHZ-5)', async () => {
  const first = await send('guarded-key', { n: 1 });
  const stolen = await signedIn(service, { risk: 80 });
  const denied = await auditCount(service, 'denied');
  const answer = await send('guarded-key', { n: 1 }, 'POST', '/things', stolen);
  assert.equal(answer.statusCode, 403);
  assert.equal(answer.headers['idempotency-replayed'], undefined);
  assert.equal(await auditCount(service, 'denied'), denied + 1);
  isSameAnswer(await send('guarded-key', { n: 1 }), first);
});

test('while the first request is under way, another one is told to wait', async () => {
  await send('waiting-key', { n: 1 });
  // The state that a process leaves when it dies between its claim and its commit.
  await service.database.ownerTransaction('leave the claim open', (tx) =>
    sql`
      update idempotency_key set status = null, headers = null, body = null, resource = null
      where key = 'waiting-key'
    `.execute(tx.sql),
  );
  const answer = await send('waiting-key', { n: 1 });
  assert.equal(answer.statusCode, 409);
  assert.equal(answer.json()['code'], 'idempotency-key-in-use');
  assert.equal(answer.headers['retry-after'], '1');
});

test('a request whose claim was taken over meanwhile commits nothing', async () => {
  const earlier = await scribbles();
  const events = (await auditEvents(service)).length;
  behave = (tx) => sql`update idempotency_key set claim = gen_random_uuid()`.execute(tx.sql);
  const answer = await send('overtaken-key', { n: 1 });
  behave = async () => {};
  assert.equal(answer.statusCode, 409);
  assert.equal(await scribbles(), earlier);
  assert.equal((await auditEvents(service)).length, events);
});

function send(
  key: string,
  payload?: object,
  method = 'POST',
  url = '/things',
  client: Client = alice,
): Promise<Answer> {
  return client.send(method, url, payload, { 'idempotency-key': key });
}

function isSameAnswer(again: Answer, first: Answer): void {
  assert.equal(again.statusCode, first.statusCode);
  assert.equal(again.body, first.body);
  for (const name of ['content-type', 'location', 'content-length'])
    assert.equal(again.headers[name], first.headers[name], name);
}

async function scribbles(): Promise<number> {
  const { rows } = await service.database.ownerTransaction('count what was left', (tx) =>
    sql`select from scribble`.execute(tx.sql),
  );
  return rows.length;
}

const Thing = strictObject({ n: Type.Integer(), m: Type.Optional(Type.Integer()) });
const Dry = strictObject({ dry: Type.Optional(Type.Integer()) });

function specimen(app: Api): void {
  let made = 0;
  const access = allow(ACTION, own);
  const schema = { body: Thing, querystring: Dry };

  app.post('/things', { config: { access }, schema, handler: make });
  app.patch('/things', { config: { access }, schema, handler: make });
  app.put('/things', { config: { access }, schema, handler: make });
  app.post('/lenient', { config: { access, idempotent: 'optional' }, schema, handler: make });

  async function make({ authorized }: FastifyRequest, reply: FastifyReply) {
    await sql`insert into scribble default values`.execute(authorized.tx.sql);
    await recordChange(authorized, 'scribble');
    await behave(authorized.tx);
    made += 1;
    reply.code(201).header('location', `/things/${made}`);
    return { made, when: new Date(0) };
  }
}

async function own({ caller }: TenantTx) {
  const { subject, tenant, sessionId } = caller;
  return { type: 'App::Session', id: sessionId, attributes: { owner: subject, tenant } };
}
