import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

const source = (file: string) => new URL(`../../${file}`, import.meta.url).href;
const bare = {};

// Not the project's `.data`: a service that runs there has its socket and its anchors in it.
const DATA_FOLDER = mkdtempSync(join(tmpdir(), 'serve-'));
after(() => rmSync(DATA_FOLDER, { recursive: true }));
const folder = JSON.stringify(DATA_FOLDER);

const LOCAL = `readConfig(['--local'], { PORT: '0', LOG_LEVEL: 'error', DATA_FOLDER: ${folder} })`;
const PRODUCTION = `readConfig([], {
  PORT: '0',
  LOG_LEVEL: 'error',
  DATABASE_URL: 'postgres://app@db.internal/app',
  PUBLIC_ORIGIN: 'https://api.example.com',
  DATA_FOLDER: ${folder},
})`;

test('asked to stop, it finishes what is in flight and takes nothing new', async (t) => {
  const service = started(t, LOCAL);
  const [listening] = (await once(createInterface(service.stdout), 'line')) as [string];
  const port = Number(/:(\d+)/.exec(listening)?.[1]);
  const slow = connect(port, '127.0.0.1');
  const answer = text(slow);
  slow.write(`POST /development/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n`);
  slow.write(`Content-Type: application/x-www-form-urlencoded\r\n\r\ntoken`);
  // Answered on another connection, so the one before has arrived as well.
  await fetch(`http://127.0.0.1:${port}/livez`);
  service.kill('SIGTERM');
  while (await isListening(port)) await setImmediate();
  slow.write('=x');
  assert.match(await answer, /^HTTP\/1\.1 400 .*connection: close.*"code":"invalid-request"/s);
  assert.deepEqual(await once(service, 'exit'), [0, null]);
});

test('asked to stop while it says that it listens, it still closes in order', async (t) => {
  const asked = `process.stdout.write = () => process.kill(process.pid, 'SIGTERM');`;
  const service = started(t, PRODUCTION, asked);
  assert.deepEqual(await once(service, 'exit'), [0, null]);
});

test('an error that nobody caught ends it, and is told without its words (HOOK-6)', async (t) => {
  // Thrown once the service listens to signals, and so is up.
  const crash = `process.on('newListener', (name) => {
    if (name === 'SIGINT') setImmediate(() => { throw new Error('alice'); });
  });`;
  const service = started(t, PRODUCTION, crash);
  const [exit, stdout, stderr] = await Promise.all([
    once(service, 'exit'),
    text(service.stdout),
    text(service.stderr),
  ]);
  assert.match(stdout, /"event":"crashed","err":\{"name":"Error","frames":/);
  assert.doesNotMatch(stdout + stderr, /alice/);
  assert.deepEqual(exit, [1, null]);
});

test('what only describes the API is not loaded to serve it', () => {
  const program = `
    ${refusingToLoad('/@fastify/swagger/')}
    await import('@app/platform/service/serve');
    await import(${JSON.stringify(source('services/api/service.ts'))});
    await import(${JSON.stringify(source('services/api/modules.ts'))});
    await import(${JSON.stringify(source('services/api/app.ts'))});`;
  const { stderr, status } = spawnSync(process.execPath, evaluating(program), {
    env: bare,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const outcome = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).catch(
    () => undefined,
  );
  socket.destroy();
  return outcome?.length === 0;
}

function started(t: TestContext, config: string, before = ''): ChildProcessWithoutNullStreams {
  const program = `
    ${before}
    const { start } = await import('@app/platform/service/serve');
    const { api } = await import(${JSON.stringify(source('services/api/service.ts'))});
    const { buildApp } = await import(${JSON.stringify(source('services/api/app.ts'))});
    const { modules } = await import(${JSON.stringify(source('services/api/modules.ts'))});
    const { openTestDatabase } = await import(${JSON.stringify(source('platform/test/support/database.ts'))});
    const { sql } = await import('kysely');
    const { readConfig } = await import(${JSON.stringify(source('services/api/config.ts'))});
    const { value } = ${config};
    const { MIGRATIONS } = await import('@app/platform/service/folders');
    await start(api, { modules, buildApp }, value, async ({ migrationOrder }) => {
      const database = await openTestDatabase();
      await database.migrate(MIGRATIONS, migrationOrder);
      // Acts as a login that is a member of app_api and of no other role.
      const ownerTransaction = (reason, work) =>
        database.ownerTransaction(reason, async (tx) => {
          await sql\`set local session authorization app_api\`.execute(tx.sql);
          return work(tx);
        });
      return { ...database, ownerTransaction };
    });`;
  const service = spawn(process.execPath, evaluating(program), { env: bare });
  t.after(() => service.kill('SIGKILL'));
  return service;
}

function refusingToLoad(part: string): string {
  return `
    const { registerHooks } = await import('node:module');
    registerHooks({
      load(url, context, next) {
        if (url.includes(${JSON.stringify(part)})) throw new Error('loaded ' + url);
        return next(url, context);
      },
    });`;
}

function evaluating(program: string): readonly string[] {
  return [...process.execArgv, '--input-type=module', '--eval', program];
}

test('it prints where it listens and how to sign in, and ends with 0 when asked to stop', async (t) => {
  const service = started(t, LOCAL);
  const lines = createInterface(service.stdout)[Symbol.asyncIterator]();
  const { value: listening } = await lines.next();
  const { value: invitation } = await lines.next();
  const origin = /http:\/\/localhost:\d+/.exec(String(listening))?.[0];
  assert.ok(origin);
  assert.match(String(invitation), new RegExp(`${origin}/development/sign-in\\?token=`));
  assert.equal((await fetch(`${origin.replace('localhost', '127.0.0.1')}/readyz`)).status, 200);
  service.kill('SIGTERM');
  assert.deepEqual(await once(service, 'exit'), [0, null]);
});

test('production does not even load the development sign-in (AUTHZ-4)', async (t) => {
  const service = started(t, PRODUCTION, refusingToLoad('/platform/src/development/'));
  const lines = createInterface(service.stdout)[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'Listening on https://api.example.com');
  service.kill('SIGTERM');
  // No second line: a link to sign in with would have been one.
  assert.equal((await lines.next()).done, true);
});
