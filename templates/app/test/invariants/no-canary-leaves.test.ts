import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { InjectOptions } from 'fastify';
import { sql } from 'kysely';
import { sentenceOf } from '@app/platform/logging/described-error';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { migrationOrder } from '../../migrations/order.ts';
import { MIGRATIONS } from '@app/platform/service/folders';
import { SESSION_COOKIE } from '@app/platform/http/sessions';
import { listenForOperator } from '@app/platform/development/operator-socket';
import { developmentSignIn } from '@app/platform/development/sign-in';
import { modules } from '../../services/api/modules.ts';
import { telemetryTo } from '@app/platform/telemetry/requests';
import type { TestApp } from '../support/build-app.ts';
import { openTestApp } from '../support/build-app.ts';
import {
  deepBody,
  requestTo,
  Canaries,
  canary,
  holds,
  leakyModule,
  readinessCanary,
} from '../support/canary.ts';
import { installedSupport } from '../support/installed.ts';
import { openReceiver } from '../../platform/test/support/egress-servers.ts';
import { signedIn } from '../support/signed-in.ts';
import { auditEvents } from '../support/tables.ts';

const canaries = new Canaries();
// These may stand on the trail, and nowhere else: it is kept to say who did what, and is read by few.
const named = { subject: canary(), tenant: canary() };

const sinks = { output: '', refusals: '' };
let service: TestApp;
let signInToken = '';
let observation: ReturnType<typeof telemetryTo>;
let receiver: Awaited<ReturnType<typeof openReceiver>>;

before(async () => {
  recordOutput(process.stdout);
  recordOutput(process.stderr);
  receiver = await openReceiver();
  observation = telemetryTo(receiver.endpoint);
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
    observe: observation.observe,
    modules: [...modules, leakyModule],
  });
  readinessCanary.value = canaries.plant('readiness');
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  await sendEverything();
  await sendBrokenRequest();
  await service.close();
  await observation.close();
});
after(() => receiver.close());

// Filled before the service closes, because its database goes with it.
let trail = '';

async function sendEverything(): Promise<void> {
  const client = await signedIn(service, { ...named, roles: ['member'] });
  canaries.plant('session cookie', client.cookie.split('=')[1]);
  for (const { method, url } of service.app.inventory) {
    const route = `${method} ${url}`;
    for (const cookie of [
      client.cookie,
      `${SESSION_COOKIE}=${canaries.plant(`cookie of ${route}`)}`,
    ]) {
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
  const client = {
    cookie,
    send: (method: string, url: string, payload?: object) =>
      send({
        method,
        url,
        headers: { cookie, 'sec-fetch-site': 'same-origin' },
        ...(payload && { payload }),
      } as InjectOptions),
  };
  const support = await installedSupport();
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
  await send({ url: `${url}?token=${token.padEnd(43, 'A')}` });
  const answer = await send({
    method: 'POST',
    url,
    headers,
    payload: `token=${token.padEnd(43, 'A')}`,
  });
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
  socket.write(
    `GET /${canaries.plant('broken request')} HTTP/9.9\r\n${canaries.plant('broken header')}\r\n\r\n`,
  );
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

test('no span and no figure has what a request held, nor who sent it (HOOK-6)', () => {
  const exported = JSON.stringify(receiver.exports);
  assert.match(exported, /"GET \/leaky\/throws\/:value"/);
  assert.deepEqual(canaries.foundIn(exported), []);
  assert.ok(!holds(exported, named.subject) && !holds(exported, named.tenant));
});

test('a start that fails says which setting is wrong, and never what it was (HOOK-6)', async () => {
  const planted = new Canaries();
  const value = () => planted.plant('setting');
  const names = [
    'HOST',
    'PORT',
    'LOG_LEVEL',
    'PUBLIC_ORIGIN',
    'DATABASE_URL',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ];
  const wrong = Object.fromEntries(names.map((name) => [name, value()]));
  const unreachable = {
    DATABASE_URL: `postgres://${value().toLowerCase()}@127.0.0.1:1/${value()}`,
    PUBLIC_ORIGIN: `https://${value().toLowerCase()}.example`,
    DATABASE_PASSWORD_FILE: `/${value()}`,
    DATABASE_CA_FILE: `/${value()}`,
  };
  const programs = ['server.ts', 'commands/migrate.ts', 'commands/roles.ts'];
  const starts = programs.flatMap((program) =>
    [wrong, unreachable].map(async (env) => {
      const argv = program.endsWith('roles.ts') ? ['list', value(), '--tenant', value()] : [];
      const { status, stdout, stderr } = await ended(program, argv, env);
      assert.equal(status, 1, program);
      assert.notEqual(stderr, '');
      assert.deepEqual(planted.foundIn(stdout + stderr), [], program);
    }),
  );
  await Promise.all(starts);
});

async function ended(program: string, argv: readonly string[], env: NodeJS.ProcessEnv) {
  const file = fileURLToPath(new URL(`../../services/api/${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...argv], { env });
  const exit = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: (await exit)[0] as number | null, stdout, stderr };
}

test('a migration that fails is told by its file and code, not by the row it stopped at (HOOK-6)', async (t) => {
  const value = canary();
  const folder = await folderWith(t, { 'own/0001_broken.sql': `select '${value}'::integer;` });
  const database = await openTestDatabase();
  t.after(() => database.close());
  const failure: unknown = await database.migrate(folder, ['own']).catch((error: unknown) => error);
  const sentence = sentenceOf(failure, 'The migration failed.');
  assert.match(sentence, /^own\/0001_broken\.sql failed .* Code 22P02\.$/);
  assert.ok(!holds(sentence, value));
});

test('the operator socket repeats nothing that it did not understand (HOOK-6)', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const database = await openTestDatabase();
  t.after(() => database.close());
  const address =
    process.platform === 'win32'
      ? String.raw`\\.\pipe\canary-${process.pid}`
      : join(folder, 'socket');
  const socket = await listenForOperator(
    { ...service, database, environment: () => ({}) as never },
    modules,
    address,
  );
  t.after(() => socket.close());
  const value = canary();
  for (const body of [
    value,
    JSON.stringify({ verb: value }),
    JSON.stringify({ verb: 'list', subject: value, tenant: value }),
  ]) {
    const asking = ask({ socketPath: address, method: 'POST' });
    asking.end(body);
    const [response] = await once(asking, 'response');
    assert.ok(!holds(await text(response), value));
  }
  assert.ok(!holds(sinks.output, value));
});
