import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Type } from 'typebox';
import type { Database } from '@app/platform/database/database';
import { parseCommand as parseRoleCommand } from '@app/platform/commands/roles';
import { parseCommand as parseSessionCommand } from '@app/platform/commands/sessions';
import { MIGRATIONS } from '@app/platform/service/folders';
import { publicAccess } from '@app/platform/http/access';
import type { Module } from '@app/platform/service/module';
import { strictObject } from '@app/platform/http/schemas';
import { askForBackup, askOperatorSocket } from '@app/platform/development/operator-client';
import { listenForOperator } from '@app/platform/development/development';
import type { SignIn } from '@app/platform/development/sign-in';
import { developmentSignIn } from '@app/platform/development/sign-in';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { migrationOrder } from '../../migrations/order.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents } from '../../test/support/tables.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

let database: Database;
let service: TestApp;
let signIn: SignIn;
let clock = 0;
before(async () => {
  database = await openTestDatabase();
  await database.migrate(MIGRATIONS, migrationOrder);
});
after(() => database.close());

beforeEach(async () => {
  clock = 0;
  signIn = developmentSignIn('local', database, () => clock);
  service = await openTestApp({ database, local: signIn.routes });
});

function link(): string {
  return signIn.link('');
}

function post(token = link().split('token=')[1] ?? '') {
  const [url] = link().split('?') as [string];
  return service.app.inject({ method: 'POST', url, headers: form, payload: `token=${token}` });
}

test('the link shows a form that posts here or nowhere, and looking spends nothing', async () => {
  await service.app.inject(link());
  const page = await service.app.inject(link());
  assert.equal(page.statusCode, 200);
  assert.match(
    String(page.headers['content-security-policy']),
    /default-src 'none'.*form-action 'self'/,
  );
  assert.match(page.body, /<form method="post"/);
  assert.equal((await post()).statusCode, 200);
});

test('another token opens nothing', async () => {
  assert.equal((await post('A'.repeat(43))).statusCode, 404);
  assert.equal((await post('short')).statusCode, 400);
  assert.equal((await post()).statusCode, 200);
});

test('a form is read by the sign-in and by nothing else', async () => {
  const access = publicAccess('A specimen that only this test serves.');
  const schema = { body: strictObject({ a: Type.String() }) };
  const specimen: Module = {
    id: 'specimen',
    routes: (app) => void app.post('/specimen', { config: { access }, schema }, async () => ({})),
  };
  const { app } = await openTestApp({ database, local: signIn.routes, modules: [specimen] });
  const request = { method: 'POST', url: '/specimen', headers: form, payload: 'a=b' } as const;
  assert.equal((await app.inject(request)).statusCode, 415);
});

test('a backup and the end of a session go through the socket as well', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const address = join(folder, 'operator.sock');
  const services = { ...service, environment: () => ({}) as never };
  const socket = await listenForOperator(
    { ...services, database: { ...database, dump: async () => new Blob(['every table']) } },
    [],
    address,
  );
  t.after(() => socket.close());
  await post();
  const command = parseSessionCommand('end --all --ticket DEV-1'.split(' '), 'operator:test');
  assert.ok(command.ok);
  const ended = await askOperatorSocket({ name: 'sessions', command: command.value }, address);
  assert.match(ended?.ok ? ended.value : '', /^ended: [1-9]/);
  assert.equal(await (await askForBackup('operator:test', address))?.text(), 'every table');
  const actors = (await auditEvents(service)).filter(({ action }) => action === 'database.backup');
  assert.deepEqual(
    actors.map(({ actor }) => actor),
    ['operator:test'],
  );
});

test('a session command that names nobody, or too many, is refused (AUTHZ-4)', () => {
  for (const argv of [
    '',
    'end',
    'end --ticket DEV-1',
    'end --subject ann --ticket DEV-1',
    'end --tenant acme --ticket DEV-1',
    'end --all',
    'end --all --subject ann --tenant acme --ticket DEV-1',
    'end extra --all --ticket DEV-1',
    'start --all --ticket DEV-1',
    'end --all --ticket DEV-1 --force',
  ])
    assert.equal(parseSessionCommand(argv.split(' '), 'test').ok, false, argv);
});

test('an incomplete role command is refused (AUTHZ-4)', () => {
  for (const argv of [
    '',
    'grant',
    'grant dev member',
    'grant dev member --tenant t',
    'grant dev member --ticket DEV-1',
    'grant dev member extra --tenant t --ticket DEV-1',
    'list dev',
    'promote dev member --tenant t --ticket DEV-1',
    'grant dev member --tenant t --ticket DEV-1 --force',
  ])
    assert.equal(parseRoleCommand(argv.split(' '), 'test').ok, false, argv);
});

const LIFETIME_MS = 10 * 60_000;

test('the link works once, also for two who click at the same time', async () => {
  const both = await Promise.all([post(), post()]);
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 404]);
  assert.equal((await post()).statusCode, 404);
  assert.equal((await service.app.inject(link())).statusCode, 404);
});

test('the link is worthless after ten minutes', async () => {
  clock = LIFETIME_MS;
  assert.equal((await service.app.inject(link())).statusCode, 404);
  assert.equal((await post()).statusCode, 404);
});

test('a database that is a server’s is not backed up from here', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const address = join(folder, 'operator.sock');
  const { dump: _none, ...onServer } = database;
  const services = { ...service, database: onServer, environment: () => ({}) as never };
  const socket = await listenForOperator(services, [], address);
  t.after(() => socket.close());
  await assert.rejects(askForBackup('operator:test', address), /made no backup/);
});
