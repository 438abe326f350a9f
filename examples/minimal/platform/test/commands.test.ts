import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { buildApp } from '../../services/api/app.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents, breakAudit, mendAudit } from '../../test/support/tables.ts';
import { performOperatorCommand } from '../src/commands/operator-command.ts';
import { parseCommand as parseRoleCommand } from '../src/commands/roles.ts';
import type { Changing } from '../src/commands/secrets.ts';
import { changeSecret } from '../src/commands/secrets.ts';
import { askOperatorSocket } from '../src/development/operator-client.ts';
import { listenForOperator } from '../src/development/development.ts';
import type { SignIn } from '../src/development/sign-in.ts';
import { developmentSignIn } from '../src/development/sign-in.ts';
import { signingKey } from '../src/keys/keys.ts';
import { localStores } from '../src/local/stores.ts';
import { createLog } from '../src/logging/log.ts';
import { SecretReference } from '../src/secrets/secret.ts';
import { folderWith } from './support/folder.ts';

const DEMO = signingKey('demo');

const opened = await openTestApp({ modules: [] });
after(() => opened.close());
const { database } = opened;
const log = createLog('error', { write: () => {} });
const publicOrigin = () => 'https://service.test';
const stores = localStores(await folderWith({ after }, {}));
before(() => stores.keys.publicKeys(DEMO));

let service: TestApp;
let signIn: SignIn;
beforeEach(async () => {
  signIn = developmentSignIn('local', database);
  const local = signIn.routes;
  const app = await buildApp({ log, services: opened, modules: [], publicOrigin, local });
  service = { ...opened, app };
});
afterEach(() => service.app.close());

function followLink() {
  const [url, payload] = signIn.link('').split('?') as [string, string];
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return service.app.inject({ method: 'POST', url, headers, payload });
}

test('outside a local run the sign-in cannot even be constructed (AUTHZ-4)', () => {
  assert.throws(() => developmentSignIn('production', database), /local run only/);
});

test('the cookie is __Host-, Secure, HttpOnly, SameSite=Lax and for this host alone (AUTH-9)', async () => {
  const cookie = String((await followLink()).headers['set-cookie']);
  assert.match(
    cookie,
    /^__Host-session=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
});

test('the link opens a session that has no role (AUTHZ-4)', async () => {
  const [cookie = ''] = String((await followLink()).headers['set-cookie']).split(';');
  const session = await service.app.inject({ url: '/session', headers: { cookie } });
  assert.equal(session.statusCode, 200);
  assert.equal(session.json().subject, 'developer');
  assert.deepEqual(session.json().roles, []);
  assert.ok((await auditEvents(service)).some(({ action }) => action === 'session.open'));
});

test('a role is granted through the socket, under a ticket, and shows at once (AUTHZ-4)', async (t) => {
  const address = join(await folderWith(t, {}), 'operator.sock');
  const socket = await listenForOperator(service, [], address);
  try {
    assert.equal((await stat(address)).mode & 0o777, 0o600);
    for (const [argv, expected] of [
      ['grant dev member --tenant t --ticket DEV-1', 'grant: dev, member, tenant t'],
      ['grant dev member --tenant t --ticket DEV-1', 'The role is held already.'],
      ['list dev --tenant t', 'member'],
      ['grant dev admin --tenant t --ticket DEV-1', 'No policy schema declares that role.'],
      ['grant dev member --tenant t --ticket none', 'The ticket must look like CHG-123.'],
      ['revoke dev member --tenant t --ticket DEV-2', 'revoke: dev, member, tenant t'],
      ['list dev --tenant t', 'none'],
    ] as const)
      assert.equal(await ask(argv), expected);
  } finally {
    await socket.close();
  }
  assert.equal(await ask('list dev --tenant t'), undefined);

  async function ask(argv: string): Promise<string | undefined> {
    const command = parseRoleCommand(argv.split(' '), 'operator:test');
    assert.ok(command.ok);
    const answer = await askOperatorSocket({ name: 'roles', command: command.value }, address);
    return answer?.ok ? answer.value : answer?.error;
  }
});

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
  const refusal = { ok: false, error: 'not today' } as const;
  for (const argv of ['set unnoticed', 'rotate demo'])
    assert.deepEqual(await run(argv, 'value', { note: async () => refusal }), refusal);
  assert.equal(await isSet('unnoticed', 'value'), false);
  assert.equal(await keysOfDemo(), keys);
});
