import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '@app/platform/database/open';
import { withEnvironment } from '../../platform/test/support/environment.ts';
import { serverConfig } from '@app/platform/database/server';

const folder = await mkdtemp(join(tmpdir(), 'server-'));
const caFile = join(folder, 'ca.pem');
await writeFile(caFile, 'a certificate');
after(() => rm(folder, { recursive: true }));

const REMOTE = { kind: 'server', url: 'postgres://app@db.internal/orders' } as const;

test('a server elsewhere must prove who it is, whatever the environment says', async (t) => {
  withEnvironment(t, { PGSSLMODE: 'no-verify', NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  const { ssl } = await serverConfig(REMOTE);
  assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2' });
});

test('a certificate authority is used, and asks for proof on this machine too', async () => {
  for (const url of [REMOTE.url, 'postgres://app@127.0.0.1/orders']) {
    const { ssl } = await serverConfig({ kind: 'server', url, caFile });
    assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2', ca: 'a certificate' });
  }
});

test('nothing leaves this machine unencrypted: only loopback and sockets go without TLS', async () => {
  for (const host of ['127.0.0.1', '[::1]', 'localhost', '%2Frun%2Fpostgresql']) {
    const { ssl } = await serverConfig({ kind: 'server', url: `postgres://app@${host}/orders` });
    assert.equal(ssl, false);
  }
});

test('the password is read again at each connect, so that rotating it needs no restart', async () => {
  const passwordFile = join(folder, 'password');
  const { password } = await serverConfig({ ...REMOTE, passwordFile });
  assert.ok(typeof password === 'function');
  await writeFile(passwordFile, 'first\n');
  assert.equal(await password(), 'first');
  await writeFile(passwordFile, 'second one ');
  assert.equal(await password(), 'second one ');
});

test('without a password file none is sent, not even one from the environment', async (t) => {
  withEnvironment(t, { PGPASSWORD: '<not to be used>' });
  const { password } = await serverConfig(REMOTE);
  assert.ok(typeof password === 'function');
  assert.equal(await password(), '');
});

test('every session has an end to its statements, its waits and its idling', async () => {
  const { options } = await serverConfig(REMOTE);
  assert.match(String(options), /-c statement_timeout=\d+ -c lock_timeout=\d+/);
  assert.match(String(options), /-c idle_in_transaction_session_timeout=\d+/);
});

test('a server that will not speak TLS is told nothing', async (t) => {
  const received: Buffer[] = [];
  const server = await listen((data) => received.push(data));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = `postgres://app@127.0.0.1:${port}/orders`;
  const database = await openDatabase({ kind: 'server', url, caFile });
  t.after(() => database.close());

  assert.equal(await database.ready(), false);
  assert.ok(!Buffer.concat(received).includes('app'));
});

function listen(onData: (data: Buffer) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      onData(data);
      socket.write('N');
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
