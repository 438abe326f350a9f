import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp, openAppWithoutDatabase } from '../../test/support/open-app.ts';
import type { Answer, Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditCount, auditEvents } from '../../test/support/tables.ts';
import type { TenantTx } from '../src/database/database.ts';
import type { Authorized } from '../src/http/access.ts';
import { allow, publicAccess, recordChange } from '../src/http/access.ts';
import { Refusal } from '../src/http/problems.ts';
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

test('a malformed key is refused wherever one is taken', async () => {
  for (const [method, url] of [
    ['POST', '/things'],
    ['PUT', '/things'],
  ] as const) {
    const answer = await send('"no-closing-quote', { n: 1 }, method, url);
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json()['code'], 'idempotency-key-invalid');
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
    const answer = await send(
      'common-key',
      { n: 1 },
      'POST',
      '/things',
      await signedIn(service, facts),
    );
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
  await claimAndDie('waiting-key');
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

test('what the route refuses by its own rules it refuses again, in the same words', async () => {
  let asked = 0;
  behave = async () => {
    asked += 1;
    throw new Refusal('not-found', 'Gone meanwhile.');
  };
  const first = await send('refused-key', { n: 1 });
  const again = await send('refused-key', { n: 1 });
  behave = async () => {};
  assert.equal(first.statusCode, 404);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  isSameAnswer(again, first);
  assert.equal(asked, 1);
});

test('a failure, or a refusal that will pass, is not kept: a retry is a new attempt', async () => {
  const passing = [
    new Error('broken'),
    new Refusal('not-ready', 'Later.'),
    new Refusal('forbidden', 'Not you.'),
    new Refusal('unauthenticated', 'Not signed in any more.'),
    new Refusal('rate-limited', 'Slowly.'),
    new Refusal('idempotency-key-in-use', 'A conflict of its own.'),
  ];
  for (const [index, error] of passing.entries()) {
    const key = `passing-key-${index}`;
    behave = () => Promise.reject(error);
    assert.ok((await send(key, { n: 1 })).statusCode >= 400);
    behave = async () => {};
    assert.equal((await send(key, { n: 1 })).statusCode, 201, error.message);
  }
});

test('what is absent and what is hidden leave nothing behind that tells them apart', async () => {
  for (const url of ['/absent', '/hidden'])
    for (let round = 0; round < 2; round += 1) {
      const answer = await send('blind-key', undefined, 'DELETE', url);
      assert.equal(answer.statusCode, 404, url);
      assert.equal(answer.headers['idempotency-replayed'], undefined, url);
    }
  const { rows } = await service.database.ownerTransaction('look for keys', (tx) =>
    sql`select 1 from idempotency_key where key = 'blind-key'`.execute(tx.sql),
  );
  assert.equal(rows.length, 0);
});

test('what cannot be replayed as it was does not happen', async () => {
  const earlier = await scribbles();
  assert.equal((await send('page-key-1', undefined, 'POST', '/page')).statusCode, 500);
  assert.equal(await scribbles(), earlier);
});

test('a key where it could mean nothing stops the boot', async () => {
  for (const add of [
    (app: Api) =>
      app.get('/x', { config: { access: allow(ACTION, own), idempotent: 'optional' } }, noop),
    (app: Api) =>
      app.post(
        '/x',
        { config: { access: publicAccess('Anyone may.'), idempotent: 'required' } },
        noop,
      ),
  ]) {
    const modules = [{ id: 'specimen', routes: (app: Api) => void add(app) }];
    await assert.rejects(openAppWithoutDatabase({ modules }), /no use for an Idempotency-Key/);
  }
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

// The state that a process leaves when it dies between its claim and its commit.
async function claimAndDie(key: string): Promise<void> {
  await send(key, { n: 1 });
  await service.database.ownerTransaction('leave the claim open', (tx) =>
    sql`
      update idempotency_key set status = null, headers = null, body = null, resource = null
      where key = ${key}
    `.execute(tx.sql),
  );
}

async function scribbles(): Promise<number> {
  const { rows } = await service.database.ownerTransaction('count what was left', (tx) =>
    sql`select from scribble`.execute(tx.sql),
  );
  return rows.length;
}

async function noop() {
  return {};
}

const Thing = strictObject({ n: Type.Integer(), m: Type.Optional(Type.Integer()) });
const Dry = strictObject({ dry: Type.Optional(Type.Integer()) });

function specimen(app: Api): void {
  let made = 0;
  const access = allow(ACTION, own);
  const hidden = { refusedAs: 'not-found' } as const;
  const schema = { body: Thing, querystring: Dry };

  app.post('/things', { config: { access }, schema, handler: make });
  app.patch('/things', { config: { access }, schema, handler: make });
  app.put('/things', { config: { access }, schema, handler: make });
  app.post('/lenient', { config: { access, idempotent: 'optional' }, schema, handler: make });
  app.post('/page', { config: { access } }, async ({ authorized }) => {
    await scribble(authorized);
    return '<p>A page</p>';
  });
  app.delete('/absent', { config: { access: allow(ACTION, nothing, hidden) } }, noop);
  app.delete('/hidden', { config: { access: allow(ACTION, bobs, hidden) } }, noop);

  async function make({ authorized }: FastifyRequest, reply: FastifyReply) {
    await scribble(authorized);
    await behave(authorized.tx);
    made += 1;
    reply.code(201).header('location', `/things/${made}`);
    return { made, when: new Date(0) };
  }
}

async function scribble(by: Authorized): Promise<void> {
  await sql`insert into scribble default values`.execute(by.tx.sql);
  await recordChange(by, 'scribble');
}

async function nothing(): Promise<undefined> {}

async function bobs({ caller: { tenant } }: TenantTx) {
  return { type: 'App::Session', id: 'bobs', attributes: { owner: 'bob', tenant } };
}

async function own({ caller }: TenantTx) {
  const { subject, tenant, sessionId } = caller;
  return { type: 'App::Session', id: sessionId, attributes: { owner: subject, tenant } };
}
