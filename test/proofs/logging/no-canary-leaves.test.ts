import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { listenForOperator } from '@app/platform/development/development';
import { sentenceOf } from '@app/platform/logging/described-error';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { modules } from '../../services/api/modules.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { Canaries, canary, holds } from '../../test/support/canary.ts';

let output = '';
let service: TestApp;
before(async () => {
  recordOutput(process.stdout);
  recordOutput(process.stderr);
  service = await openTestApp();
});
after(() => service.close());

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
  assert.ok(!holds(output, value));
});

test('a start that fails says which setting is wrong, and never what it was (HOOK-6)', async () => {
  const planted = new Canaries();
  const value = () => planted.plant('setting');
  const names = ['HOST', 'PORT', 'LOG_LEVEL', 'PUBLIC_ORIGIN', 'DATABASE_URL'];
  const wrong = Object.fromEntries(names.map((name) => [name, value()]));
  const unreachable = {
    DATABASE_URL: `postgres://${value().toLowerCase()}@127.0.0.1:1/${value()}`,
    PUBLIC_ORIGIN: `https://${value().toLowerCase()}.example`,
    DATABASE_PASSWORD_FILE: `/${value()}`,
    DATABASE_CA_FILE: `/${value()}`,
  };
  const programs = [
    ['server.ts'],
    ['command.ts', 'migrate'],
    ['command.ts', 'roles', 'list', value(), '--tenant', value()],
  ];
  const starts = programs.flatMap((argv) =>
    [wrong, unreachable].map(async (env) => {
      const { status, stdout, stderr } = await ended(argv, env);
      assert.equal(status, 1, argv.join(' '));
      assert.match(stderr, /./);
      assert.doesNotMatch(stderr, /ERR_MODULE_NOT_FOUND/);
      assert.deepEqual(planted.foundIn(stdout + stderr), [], argv.join(' '));
    }),
  );
  await Promise.all(starts);
});

async function ended(argv: readonly string[], env: NodeJS.ProcessEnv) {
  const cwd = new URL('../../services/api/', import.meta.url);
  const child = spawn(process.execPath, argv, { cwd, env });
  const exit = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: (await exit)[0] as number | null, stdout, stderr };
}

function recordOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    output += String(chunk);
    return write(chunk, ...rest);
  }) as typeof write;
}
