import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { sql } from 'kysely';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { migrationOrder } from '../../migrations/order.ts';
import { MIGRATIONS } from '@app/platform/service/folders';
import { SESSION_COOKIE } from '@app/platform/http/sessions';
import { developmentSignIn } from '@app/platform/development/sign-in';
import { modules } from '../../services/api/modules.ts';
import type { TestApp } from '../support/build-app.ts';
import { openTestApp } from '../support/build-app.ts';
import { deepBody, requestTo, Canaries, canary, holds } from '../support/canary.ts';
import { leakyModule, readinessCanary } from '../support/canary.ts';
import { installedSupport } from '../support/installed.ts';
import type { Client } from '../support/signed-in.ts';
import { signedIn } from '../support/signed-in.ts';
import { auditEvents } from '../support/tables.ts';

const canaries = new Canaries();
// These may stand on the trail, and nowhere else: it is kept to say who did what, and is read by few.
const named = { subject: canary(), tenant: canary() };

const sinks = { output: '', refusals: '' };
let service: TestApp;
let signInToken = '';
const support = await installedSupport();
// What modules send to other services.
const sent = await Promise.all(support.flatMap(({ openSink }) => openSink?.() ?? []));

before(async () => {
  recordOutput(process.stdout);
  recordOutput(process.stderr);
  const database = await openTestDatabase();
  await database.migrate(MIGRATIONS, migrationOrder);
  await database.ownerTransaction('a table that refuses everything', async (tx) => {
    await sql`create table leaky (value text check (length(value) < 3))`.execute(tx.sql);
    await sql`grant insert on leaky to app_api`.execute(tx.sql);
  });
  const signIn = developmentSignIn('local', database);
  signInToken = canaries.plant('sign-in link', signIn.link('').split('token=')[1]);
  service = await openTestApp({
    database,
    local: signIn.routes,
    variables: Object.assign({}, ...sent.map(({ variables }) => variables)),
    modules: [...modules, leakyModule],
  });
  readinessCanary.value = canaries.plant('readiness');
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  await sendEverything();
  await sendBrokenRequest();
  await service.close();
});
after(() => sent.forEach((sink) => sink.close()));

// Filled before the service closes, because its database goes with it.
let trail = '';

async function sendEverything(): Promise<void> {
  const client = await signedIn(service, { ...named, roles: ['member'] });
  canaries.plant('session cookie', client.cookie.split('=')[1]);
  for (const { method, url } of service.app.inventory) {
    const route = `${method} ${url}`;
    const wrong = `${SESSION_COOKIE}=${canaries.plant(`cookie of ${route}`)}`;
    for (const cookie of [client.cookie, wrong]) {
      await send(requestTo(canaries, method, url, cookie, {}));
      await send(requestTo(canaries, method, url, cookie, deepBody(canaries, route)));
    }
  }
  await send(requestTo(canaries, 'GET', '/nowhere/:id', client.cookie, {}));
  await sendSamples(client.cookie);
  await signInWith(canaries.plant('wrong sign-in token'));
  await signInWith(signInToken);
  await send({ url: '/readyz' });
  trail = JSON.stringify(await auditEvents(service));
}

// Bodies that are accepted: what they hold belongs into the database and nowhere else.
async function sendSamples(cookie: string): Promise<void> {
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const client: Client = {
    cookie,
    send: (method, url, payload) =>
      send({ method, url, headers, ...(payload && { payload }) } as InjectOptions),
  };
  for (const { route, prepare } of support.flatMap(({ samples }) => samples ?? [])) {
    const { url, payload = {} } = await prepare(client);
    const planted = Object.entries(payload).map(([name, value]) => [
      name,
      typeof value === 'string' ? canaries.plant(`accepted body of ${route}`) : value,
    ]);
    await client.send(route.slice(0, route.indexOf(' ')), url, Object.fromEntries(planted));
  }
  const payload = { a: { b: [{ c: canaries.plant('handler error') }] } };
  await send({ method: 'POST', url: '/leaky/deep', payload });
}

async function signInWith(token: string): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = '/development/sign-in';
  const payload = `token=${token.padEnd(43, 'A')}`;
  await send({ url: `${url}?${payload}` });
  const answer = await send({ method: 'POST', url, headers, payload });
  const [, cookie] = /=([^;]+)/.exec(String(answer.headers['set-cookie'] ?? '')) ?? [];
  if (cookie !== undefined) canaries.plant('cookie that was set', cookie);
}

async function send(request: InjectOptions) {
  const answer = await service.app.inject(request);
  if (answer.statusCode >= 400) sinks.refusals += JSON.stringify(answer.headers) + answer.body;
  return answer;
}

async function sendBrokenRequest(): Promise<void> {
  const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const [path, header] = [canaries.plant('broken request'), canaries.plant('broken header')];
  socket.write(`GET /${path} HTTP/9.9\r\n${header}\r\n\r\n`);
  sinks.refusals += await text(socket);
}

function recordOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    sinks.output += String(chunk);
    return write(chunk, ...rest);
  }) as typeof write;
}

test('there is something to find: every disguise of a canary is recognised', () => {
  const value = canary();
  const bytes = Buffer.from(value);
  for (const disguise of [
    value.toUpperCase(),
    [...value].toReversed().join(''),
    `x${bytes.toString('hex')}`,
    ...['', 'x', 'xy', 'xyz'].map((lead) => Buffer.from(`${lead}${value}!`).toString('base64')),
    [...bytes].map((byte) => `%${byte.toString(16)}`).join(''),
    JSON.stringify({ [value]: 1 }),
  ])
    assert.ok(holds(`before ${disguise} after`, value), disguise);
  assert.ok(canaries.size > 100);
  assert.ok(service.lines.length > 50);
});

test('no line of the log has what a request held (HOOK-6)', () => {
  const log = service.lines.join('');
  assert.deepEqual(canaries.foundIn(log), []);
  assert.ok(!holds(log, named.subject) && !holds(log, named.tenant));
  // The net had nothing to do: what it masks is a mistake on the way.
  assert.doesNotMatch(log, /line-masked/);
});

test('no output of the process has what a request held (HOOK-6)', () => {
  assert.deepEqual(canaries.foundIn(sinks.output), []);
});

test('no refusal repeats what any request held (HOOK-6)', () => {
  assert.deepEqual(canaries.foundIn(sinks.refusals), []);
  assert.ok(!holds(sinks.refusals, named.subject));
});

test('the trail names who acted, and nothing else that a request held (HOOK-6)', () => {
  assert.ok(holds(trail, named.subject));
  assert.deepEqual(canaries.foundIn(trail), []);
});

for (const { sender, hasRequests, received } of sent)
  test(`nothing that ${sender} sends has what a request held, nor who sent it (HOOK-6)`, () => {
    const reports = received();
    assert.match(reports, hasRequests);
    assert.deepEqual(canaries.foundIn(reports), []);
    assert.ok(!holds(reports, named.subject) && !holds(reports, named.tenant));
  });
