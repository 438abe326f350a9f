import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { listenForOperator } from '@app/platform/development/operator-socket';
import { sentenceOf } from '@app/platform/logging/described-error';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { modules } from '../../services/api/modules.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { canary, holds } from '../../test/support/canary.ts';

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

function recordOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    output += String(chunk);
    return write(chunk, ...rest);
  }) as typeof write;
}
