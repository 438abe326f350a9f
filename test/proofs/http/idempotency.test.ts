import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { TenantTx } from '@app/platform/database/database';
import type { Authorized } from '@app/platform/http/access';
import { allow, publicAccess, recordChange } from '@app/platform/http/access';
import { Refusal } from '@app/platform/http/problems';
import { strictObject } from '@app/platform/http/schemas';
import type { Api } from '@app/platform/service/module';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp, openAppWithoutDatabase } from '../../test/support/open-app.ts';
import type { Answer, Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';

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
  app.put('/things', { config: { access }, schema, handler: make });
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
