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

const draft = { title: 'Groceries', body: 'Milk\nBread' };
const NOWHERE = '/notes/00000000-0000-4000-8000-000000000000';

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

test('a member creates, reads, changes and deletes a note of their own', async () => {
  const { location, note } = await created(alice);
  assert.equal(note['title'], 'Groceries');
  assert.deepEqual((await alice.send('GET', location)).json(), note);
  const changed = await alice.send('PUT', location, { title: 'Errands', body: '' });
  assert.equal(changed.json()['title'], 'Errands');
  assert.equal((await alice.send('DELETE', location)).statusCode, 204);
  assert.equal((await alice.send('GET', location)).statusCode, 404);
});

test('somebody else, here or in another tenant, cannot tell that the note exists (AUTHZ-1)', async () => {
  const { location } = await created(alice);
  for (const client of [bob, stranger])
    for (const [method, payload] of [['GET'], ['PUT', draft], ['DELETE']] as const) {
      const tables = await fingerprint(service);
      const refused = await client.send(method, location, payload);
      const absent = await client.send(method, NOWHERE, payload);
      assert.equal(refused.statusCode, 404, method);
      assert.equal(withoutId(refused.body), withoutId(absent.body));
      assert.deepEqual(await fingerprint(service), tables);
    }
});

test('a list holds the notes of the caller and no others', async () => {
  await created(alice);
  await created(bob);
  const { notes } = (await bob.send('GET', '/notes')).json<{ notes: unknown[] }>();
  assert.equal(notes.length, 1);
  const others = (await stranger.send('GET', '/notes')).json<{ notes: unknown[] }>();
  assert.deepEqual(others.notes, []);
});

test('without the role there are no notes to make or to list', async () => {
  const nobody = await signedIn(service, { subject: 'nobody' });
  assert.equal((await nobody.send('POST', '/notes', draft)).statusCode, 403);
  assert.equal((await nobody.send('GET', '/notes')).statusCode, 403);
});

test('owner, tenant and id are never taken from a request', async () => {
  for (const extra of [{ owner: 'bob' }, { tenant: 'other' }, { id: 'x' }, { createdAt: 'x' }]) {
    const answer = await alice.send('POST', '/notes', { ...draft, ...extra });
    assert.equal(answer.statusCode, 400, JSON.stringify(extra));
  }
});

test('text that a terminal or a log would act on is refused', async () => {
  for (const title of ['', 'a'.repeat(201), 'line\nbreak', '\u001b[2J', '\u0000'])
    assert.equal((await alice.send('POST', '/notes', { ...draft, title })).statusCode, 400);
  const body = '\u001b]0;title\u0007';
  assert.equal((await alice.send('POST', '/notes', { ...draft, body })).statusCode, 400);
});

test('an id or a cursor that is none is refused before it reaches a statement', async () => {
  for (const url of [
    '/notes/1',
    "/notes/'or'1",
    '/notes?before=x',
    '/notes?limit=101',
    '/notes?x=1',
  ])
    assert.equal((await alice.send('GET', url)).statusCode, 400, url);
});

test('pages follow one another without a gap or a repeat', async () => {
  const reader = await signedIn(service, { subject: 'reader', roles: ['member'] });
  for (let count = 0; count < 7; count += 1) await created(reader);
  const ids: string[] = [];
  let url: string | undefined = '/notes?limit=3';
  while (url !== undefined) {
    const page: Page = (await reader.send('GET', url)).json<Page>();
    ids.push(...page.notes.map(({ id }) => id));
    url = page.next === null ? undefined : `/notes?limit=3&before=${page.next}`;
  }
  assert.equal(ids.length, 7);
  assert.equal(new Set(ids).size, 7);
});

test('the trail names the note and the policies, and never what the note says (OBS-1)', async () => {
  const { location, note } = await created(alice);
  await alice.send('DELETE', location);
  const events = (await auditEvents(service)).slice(-2);
  assert.deepEqual(
    events.map(({ action }) => action),
    ['create', 'delete'].map(actionOf),
  );
  for (const event of events) {
    assert.equal(event.resource, `Notes::Note::"${String(note['id'])}"`);
    assert.equal(event.policy_version, service.policies.version);
    assert.doesNotMatch(JSON.stringify(event.detail), /Groceries|Milk/);
  }
});

test('a statement that forgets the tenant finds nothing of another one (AUTHZ-1)', async () => {
  await created(alice);
  assert.equal(await countedIn(service, 'note', 'nowhere'), 0);
  assert.notEqual(await countedIn(service, 'note', 'acme'), 0);
});

test('each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)', async () => {
  const { location } = await created(alice);
  await withoutTenantWall(service, 'note', async () => {
    const denied = await auditCount(service, 'denied');
    for (const [method, payload] of [['GET'], ['PUT', draft], ['DELETE']] as const)
      assert.equal((await stranger.send(method, location, payload)).statusCode, 404, method);
    assert.deepEqual((await stranger.send('GET', '/notes')).json()['notes'], []);
    // Not found at all: a policy that had to refuse would be on record.
    assert.equal(await auditCount(service, 'denied'), denied);
  });
});

interface Page {
  readonly notes: readonly { readonly id: string }[];
  readonly next: string | null;
}

async function created(client: Client) {
  const answer = await client.send('POST', '/notes', draft);
  assert.equal(answer.statusCode, 201);
  return { location: String(answer.headers['location']), note: answer.json() };
}

function actionOf(verb: string): string {
  return `Notes::Action::"${verb}"`;
}

function withoutId(body: string): string {
  return body.replace(/"requestId":"[^"]+"/, '');
}
