import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { buildApp } from '../../services/api/app.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents, breakAudit, mendAudit } from '../../test/support/tables.ts';
import { sealTrail } from '../src/audit/seal.ts';
import { parseCommand as parseAuditCommand } from '../src/commands/audit.ts';
import { performOperatorCommand } from '../src/commands/operator-command.ts';
import { parseCommand as parseRoleCommand } from '../src/commands/roles.ts';
import type { Changing } from '../src/commands/secrets.ts';
import { changeSecret } from '../src/commands/secrets.ts';
import { askForBackup, askOperatorSocket } from '../src/development/operator-client.ts';
import { listenForOperator } from '../src/development/development.ts';
import type { SignIn } from '../src/development/sign-in.ts';
import { developmentSignIn } from '../src/development/sign-in.ts';
import { signingKey } from '../src/keys/keys.ts';
import { localStores } from '../src/local/stores.ts';
import { createLog } from '../src/logging/log.ts';
import { SecretReference } from '../src/secrets/secret.ts';
import { folderWith } from './support/folder.ts';
import { pastTheTriggers, recordEvents } from './support/sealing.ts';

const LIFETIME_MS = 10 * 60_000;
const DEMO = signingKey('demo');
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const opened = await openTestApp({ modules: [] });
after(() => opened.close());
const { database } = opened;
const log = createLog('error', { write: () => {} });
const publicOrigin = () => 'https://service.test';
const stores = localStores(await folderWith({ after }, {}));
before(() => stores.keys.publicKeys(DEMO));

let service: TestApp;
let signIn: SignIn;
let clock = 0;
beforeEach(async () => {
  clock = 0;
  signIn = developmentSignIn('local', database, () => clock);
  const local = signIn.routes;
  const app = await buildApp({ log, services: opened, modules: [], publicOrigin, local });
  service = { ...opened, app };
});
afterEach(() => service.app.close());

function link(): string {
  return signIn.link('');
}

function post(token = link().split('token=')[1] ?? '') {
  const [url] = link().split('?') as [string];
  return service.app.inject({ method: 'POST', url, headers: form, payload: `token=${token}` });
}

test('outside a local run the sign-in cannot even be constructed (AUTHZ-4)', () => {
  assert.throws(() => developmentSignIn('production', database), /local run only/);
});

test('the cookie is __Host-, Secure, HttpOnly, SameSite=Lax and for this host alone (AUTH-9)', async () => {
  const cookie = String((await post()).headers['set-cookie']);
  assert.match(
    cookie,
    /^__Host-session=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
});

test('the link opens a session that has no role (AUTHZ-4)', async () => {
  const [cookie = ''] = String((await post()).headers['set-cookie']).split(';');
  const session = await service.app.inject({ url: '/session', headers: { cookie } });
  assert.equal(session.statusCode, 200);
  assert.equal(session.json().subject, 'developer');
  assert.deepEqual(session.json().roles, []);
  assert.ok((await auditEvents(service)).some(({ action }) => action === 'session.open'));
});

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

async function ask(argv: string, address: string): Promise<string | undefined> {
  const command = parseRoleCommand(argv.split(' '), 'operator:test');
  assert.ok(command.ok);
  const answer = await askOperatorSocket({ name: 'roles', command: command.value }, address);
  return answer?.ok ? answer.value : answer?.error;
}

test('a role is granted through the socket, under a ticket, and shows at once (AUTHZ-4)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  const address = join(folder, 'operator.sock');
  const socket = await listenForOperator(service, [], address);
  try {
    assert.equal(statSync(address).mode & 0o777, 0o600);
    const answer = (argv: string) => ask(argv, address);
    assert.equal(
      await answer('grant dev member --tenant t --ticket DEV-1'),
      'grant: dev, member, tenant t',
    );
    assert.equal(
      await answer('grant dev member --tenant t --ticket DEV-1'),
      'The role is held already.',
    );
    assert.equal(await answer('list dev --tenant t'), 'member');
    assert.equal(
      await answer('grant dev admin --tenant t --ticket DEV-1'),
      'No policy schema declares that role.',
    );
    assert.equal(
      await answer('grant dev member --tenant t --ticket none'),
      'The ticket must look like CHG-123.',
    );
    assert.equal(
      await answer('revoke dev member --tenant t --ticket DEV-2'),
      'revoke: dev, member, tenant t',
    );
    assert.equal(await answer('list dev --tenant t'), 'none');
  } finally {
    await socket.close();
    rmSync(folder, { recursive: true });
  }
  assert.equal(
    await askOperatorSocket(
      { name: 'roles', command: { verb: 'list', subject: 'dev', tenant: 't' } },
      address,
    ),
    undefined,
  );
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

before(async () => {
  for (const resource of ['note:1', 'note:2']) {
    await recordEvents(opened, 'globex', [resource]);
    await sealTrail(opened);
  }
});

async function said(argv: string): Promise<string> {
  const command = parseAuditCommand(argv.split(' '), 'operator:test');
  assert.ok(command.ok, argv);
  const answer = await performOperatorCommand(service, [], {
    name: 'audit',
    command: command.value,
  });
  return answer.ok ? answer.value : `refused: ${answer.error}`;
}

test('a loss is accepted by name, and verify names it from then on (OBS-1)', async () => {
  assert.equal(await said('accept-loss --ticket INC-1'), 'refused: There is no loss to accept.');
  assert.equal(await said('accept-clock --ticket INC-1'), 'refused: There is no clock to accept.');
  await sealTrail(service);
  await pastTheTriggers(
    service,
    "delete from audit_seal where stream = 'globex'",
    "delete from audit_event where tenant = 'globex'",
  );
  const lost = 'Accepted loss: stream "globex", what was after seal 0, up to seal 2';
  assert.match(await said('verify'), /^refused: /);
  assert.equal(await said('accept-loss --ticket INC-1'), `${lost}.`);
  const [holds, accepted, ...rest] = (await said('verify')).split('\n');
  assert.match(String(holds), /^The trail holds: /);
  assert.ok(accepted?.startsWith(`${lost}, by operator:test, INC-1, 2`), accepted);
  assert.deepEqual(rest, []);
  assert.deepEqual((await auditEvents(service)).at(-1)?.detail['accepted'], 1);
});

const noteNothing: Changing['note'] = async () => ({ ok: false, error: 'not today' });

// As the command does it, beside a service that runs.
const note: Changing['note'] = (what) =>
  performOperatorCommand(service, [], {
    name: 'secrets',
    command: { ...what, actor: 'operator:test' },
  });

function run(argv: string, input = '', by: Partial<Changing> = {}) {
  return changeSecret({ ...stores, input: Readable.from([input]), note, ...by }, argv.split(' '));
}

async function isSet(name: string, value: string): Promise<boolean> {
  const secret = await stores.secrets.read(new SecretReference(name)).catch(() => undefined);
  return secret !== undefined && secret.equals(value);
}

async function keysOfDemo(): Promise<number> {
  return (await stores.keys.publicKeys(DEMO)).length;
}

test('a secret is not typed at a terminal, which would show it (HOOK-6)', async () => {
  const input = Object.assign(Readable.from(['value']), { isTTY: true });
  await assert.rejects(run('set typed', '', { input }), /terminal would show it/);
  assert.equal(await isSet('typed', 'value'), false);
});

test('what cannot be put on record does not happen (OBS-1)', async () => {
  const keys = await keysOfDemo();
  await breakAudit(service);
  await assert.rejects(run('set unnoticed', 'value'));
  await assert.rejects(run('rotate demo'));
  await mendAudit(service);
  for (const argv of ['set unnoticed', 'rotate demo'])
    assert.deepEqual(await run(argv, 'value', { note: noteNothing }), {
      ok: false,
      error: 'not today',
    });
  assert.equal(await isSet('unnoticed', 'value'), false);
  assert.equal(await keysOfDemo(), keys);
});
