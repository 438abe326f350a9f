import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { serverConfig } from '@app/platform/database/server';
import { withEnvironment } from '../../platform/test/support/environment.ts';

const folder = await mkdtemp(join(tmpdir(), 'server-'));
const caFile = join(folder, 'ca.pem');
await writeFile(caFile, 'a certificate');
after(() => rm(folder, { recursive: true }));

const REMOTE = { kind: 'server', url: 'postgres://app@db.internal/orders' } as const;

test('a certificate authority is used, and asks for proof on this machine too', async () => {
  for (const url of [REMOTE.url, 'postgres://app@127.0.0.1/orders']) {
    const { ssl } = await serverConfig({ kind: 'server', url, caFile });
    assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2', ca: 'a certificate' });
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

test('nothing leaves this machine unencrypted: only loopback and sockets go without TLS', async () => {
  for (const host of ['127.0.0.1', '[::1]', 'localhost', '%2Frun%2Fpostgresql']) {
    const { ssl } = await serverConfig({ kind: 'server', url: `postgres://app@${host}/orders` });
    assert.equal(ssl, false);
  }
});
