import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestApp } from '../../../../test/support/build-app.ts';
import { openTestApp } from '../../../../test/support/build-app.ts';
import type { Client } from '../../../../test/support/signed-in.ts';
import { signedIn } from '../../../../test/support/signed-in.ts';
import {
  auditCount,
  auditEvents,
  fingerprint,
  countedIn,
  withoutTenantWall,
} from '../../../../test/support/tables.ts';
import { draft, refused, sparse } from './drafts.ts';
import type { Page } from './schemas.ts';

const PATH = '/purchase-order';
const TABLE = 'purchase_order';
const TYPE = 'PurchaseOrder::PurchaseOrder';
const NOWHERE = `${PATH}/00000000-0000-4000-8000-000000000000`;

let service: TestApp;
let alice: Client;
let bob: Client;
let stranger: Client;
before(async () => {
  service = await openTestApp();
  alice = await signedIn(service, { subject: 'alice', roles: ['member'] });
  bob = await signedIn(service, { subject: 'bob', roles: ['member'] });
  stranger = await signedIn(service, { subject: 'alice', tenant: 'other', roles: ['member'] });
});
after(() => service.close());

test('a member creates, reads, changes and deletes a record of their own', async () => {
  const { location, record } = await created(alice);
  assert.deepEqual(fieldsOf(record), draft);
  assert.deepEqual((await alice.send('GET', location)).json(), record);
  const changed = await alice.send('PUT', location, sparse);
  assert.equal(changed.statusCode, 200);
  assert.deepEqual(fieldsOf(changed.json()), { ...nothing(), ...sparse });
  assert.equal((await alice.send('DELETE', location)).statusCode, 204);
  assert.equal((await alice.send('GET', location)).statusCode, 404);
});

test('what was read can be sent back', async () => {
  const { location } = await created(alice);
  const sparsely = (await alice.send('PUT', location, sparse)).json();
  const again = await alice.send('PUT', location, fieldsOf(sparsely));
  assert.deepEqual(fieldsOf(again.json()), fieldsOf(sparsely));
});

test('somebody else, here or in another tenant, cannot tell that the record exists (AUTHZ-1)', async () => {
  const { location } = await created(alice);
  for (const client of [bob, stranger])
    for (const [method, payload] of [['GET'], ['PUT', draft], ['DELETE']] as const) {
      const tables = await fingerprint(service);
      const denied = await client.send(method, location, payload);
      const absent = await client.send(method, NOWHERE, payload);
      assert.equal(denied.statusCode, 404, method);
      assert.equal(withoutId(denied.body), withoutId(absent.body));
      assert.deepEqual(await fingerprint(service), tables);
    }
});

test('a list holds the records of the caller and no others', async () => {
  await created(alice);
  await created(bob);
  assert.equal((await bob.send('GET', PATH)).json<Page>().items.length, 1);
  assert.deepEqual((await stranger.send('GET', PATH)).json<Page>().items, []);
});

test('without the role there is nothing to make or to list', async () => {
  const nobody = await signedIn(service, { subject: 'nobody' });
  assert.equal((await nobody.send('POST', PATH, draft)).statusCode, 403);
  assert.equal((await nobody.send('GET', PATH)).statusCode, 403);
});

test('owner, tenant and id are never taken from a request', async () => {
  for (const extra of [{ owner: 'bob' }, { tenant: 'other' }, { id: 'x' }, { createdAt: 'x' }]) {
    const answer = await alice.send('POST', PATH, { ...draft, ...extra });
    assert.equal(answer.statusCode, 400, JSON.stringify(extra));
  }
});

test('a value that breaks its rule is refused, and nothing is stored', async () => {
  const { location } = await created(alice);
  const tables = await fingerprint(service);
  for (const body of refused) {
    const made = await alice.send('POST', PATH, body);
    assert.equal(made.statusCode, 400, JSON.stringify(body));
    assert.equal((await alice.send('PUT', location, body)).statusCode, 400);
  }
  assert.deepEqual(await fingerprint(service), tables);
});

test('an id or a cursor that is none is refused before it reaches a statement', async () => {
  for (const rest of ['/1', "/'or'1", '?before=x', '?limit=101', '?x=1'])
    assert.equal((await alice.send('GET', `${PATH}${rest}`)).statusCode, 400, rest);
});

test('pages follow one another without a gap or a repeat', async () => {
  const reader = await signedIn(service, { subject: 'reader', roles: ['member'] });
  for (let count = 0; count < 7; count += 1) await created(reader);
  const ids: string[] = [];
  let url: string | undefined = `${PATH}?limit=3`;
  while (url !== undefined) {
    const page: Page = (await reader.send('GET', url)).json<Page>();
    ids.push(...page.items.map(({ id }) => id));
    url = page.next === null ? undefined : `${PATH}?limit=3&before=${page.next}`;
  }
  assert.equal(ids.length, 7);
  assert.equal(new Set(ids).size, 7);
});

test('the trail names the record and the policies, and never what the record says (OBS-1)', async () => {
  const { location, record } = await created(alice);
  await alice.send('DELETE', location);
  const events = (await auditEvents(service)).slice(-2);
  assert.deepEqual(
    events.map(({ action }) => action),
    ['create', 'delete'].map(actionOf),
  );
  for (const event of events) {
    assert.equal(event.resource, `${TYPE}::"${String(record['id'])}"`);
    assert.equal(event.policy_version, service.policies.version);
    assert.deepEqual(event.detail, {});
  }
});

test('a statement that forgets the tenant finds nothing of another one (AUTHZ-1)', async () => {
  await created(alice);
  assert.equal(await countedIn(service, TABLE, 'nowhere'), 0);
  assert.notEqual(await countedIn(service, TABLE, 'acme'), 0);
});

test('each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)', async () => {
  const { location } = await created(alice);
  await withoutTenantWall(service, TABLE, async () => {
    const denied = await auditCount(service, 'denied');
    for (const [method, payload] of [['GET'], ['PUT', draft], ['DELETE']] as const)
      assert.equal((await stranger.send(method, location, payload)).statusCode, 404, method);
    const page = (await stranger.send('GET', PATH)).json<Page>();
    assert.deepEqual(Object.values(page)[0], []);
    // Not found at all: a policy that had to refuse would be on record.
    assert.equal(await auditCount(service, 'denied'), denied);
  });
});

async function created(client: Client) {
  const answer = await client.send('POST', PATH, draft);
  assert.equal(answer.statusCode, 201);
  return { location: String(answer.headers['location']), record: answer.json() };
}

// What a client may say about a record, without what the service adds to it.
function fieldsOf(record: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.keys(draft).map((name) => [name, record[name]]));
}

function nothing() {
  return Object.fromEntries(Object.keys(draft).map((name) => [name, null]));
}

function actionOf(verb: string): string {
  return `PurchaseOrder::Action::"${verb}"`;
}

function withoutId(body: string): string {
  return body.replace(/"requestId":"[^"]+"/, '');
}
