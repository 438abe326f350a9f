import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { after, test } from 'node:test';
import { bareEnvironment } from '../../platform/test/support/environment.ts';

const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

const DATA_FOLDER = mkdtempSync(join(tmpdir(), 'worker-'));
after(() => rmSync(DATA_FOLDER, { recursive: true }));

// The worker as it starts, on a database that is there already and with the jobs that are given.
function started(t: TestContext, jobs: string, before = ''): ChildProcessWithoutNullStreams {
  const program = `
    ${before}
    const { start } = await import(${here('../../platform/src/jobs/worker-process.ts')});
    const { readConfig } = await import(${here('../../services/api/config.ts')});
    const { api } = await import(${here('../../services/api/service.ts')});
    const { openTestDatabase } = await import(${here('../../platform/test/support/database.ts')});
    const { value } = readConfig(['--local'], {
      DATABASE_URL: 'postgres://worker@db.internal/app',
      DATA_FOLDER: ${JSON.stringify(DATA_FOLDER)},
      LOG_LEVEL: 'info',
    });
    await start(api, value, ${jobs}, openTestDatabase);`;
  const args = [...process.execArgv, '--input-type=module', '--eval', program];
  const worker = spawn(process.execPath, args, { env: bareEnvironment() });
  t.after(() => worker.kill('SIGKILL'));
  return worker;
}

test('it says when it works, and ends with 0 when asked to stop', async (t) => {
  const worker = started(t, '[]');
  const [line] = (await once(createInterface(worker.stdout), 'line')) as [string];
  assert.equal(line, 'Working');
  worker.kill('SIGTERM');
  assert.deepEqual(await once(worker, 'exit'), [0, null]);
});

test('an error that nobody caught ends it, and is told without its words (HOOK-6)', async (t) => {
  const crash = `process.on('newListener', (name) => {
    if (name === 'SIGINT') setImmediate(() => { throw new Error('alice'); });
  });`;
  const worker = started(t, '[]', crash);
  const [exit, stdout] = await Promise.all([once(worker, 'exit'), text(worker.stdout)]);
  assert.match(stdout, /"event":"crashed","err":\{"name":"Error","frames":/);
  assert.doesNotMatch(stdout, /alice/);
  assert.deepEqual(exit, [1, null]);
});

test('the embedded database has one process: a worker beside it is refused', async () => {
  const program = new URL('../../services/api/worker.ts', import.meta.url).pathname;
  const env = { ...bareEnvironment(), DATA_FOLDER };
  const worker = spawn(process.execPath, [program, '--local'], { env });
  const [exit, stderr] = await Promise.all([once(worker, 'exit'), text(worker.stderr)]);
  assert.match(stderr, /^The embedded database is one process/);
  assert.deepEqual(exit, [1, null]);
});
