import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, test } from 'node:test';
import type { JobDefinition } from '@app/platform/jobs/jobs';
import { defineJob, enqueue } from '@app/platform/jobs/jobs';
import { makeEffects } from '../../platform/test/support/jobs.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { createLog } from '@app/platform/logging/log';
import type { Services } from '@app/platform/service/module';
import { startJobs, workBesideRequests } from '@app/platform/jobs/work';

const service = await openTestApp();
await service.database.ownerTransaction('a table for effects', makeEffects);
after(() => service.close());

const written = new EventEmitter();
const lines: string[] = [];
const log = createLog('info', {
  write: (line) => {
    lines.push(line);
    written.emit('line');
  },
});

test('a job that fails is told by kind, number and place, and by nothing it held (HOOK-6)', async () => {
  const failing: JobDefinition<Services> = defineJob({
    kind: 'failing',
    maxAttempts: 1,
    timeoutMs: 5_000,
    handler: async (_tx, { payload }, { environment }) => {
      assert.equal(environment, service.environment);
      throw new Error(`alice@example.com has no ${String(payload['invoice'])}`);
    },
  });
  const worker = await startJobs(service, log, [failing]);
  const line = once(written, 'line');
  const id = await service.database.systemTransaction('test', (tx) =>
    enqueue(tx, failing, { invoice: 'canary-7' }),
  );
  await line;
  await worker.close();
  const { time: _time, level: _level, err, ...told } = JSON.parse(String(lines[0]));
  assert.deepEqual(told, { event: 'job-dead', kind: 'failing', job: Number(id), attempt: 1 });
  assert.match(err.frames[0], /^proofs\/jobs\/work\.test\.ts:\d+/);
  assert.doesNotMatch(lines.join(''), /alice|canary|masked/);
});

test('what came of a job that is done is told where it says so, in one word (HOOK-6)', async () => {
  const telling = defineJob<Services>({
    kind: 'telling',
    maxAttempts: 1,
    timeoutMs: 5_000,
    handler: async (_tx, { payload }) => ({
      told: payload['known'] === true ? 'subscriber-gone' : 'alice is gone',
    }),
  });
  lines.length = 0;
  const worker = await startJobs(service, log, [telling]);
  for (const known of [true, false]) {
    const line = once(written, 'line');
    await service.database.systemTransaction('test', (tx) => enqueue(tx, telling, { known }));
    await line;
  }
  await worker.close();
  const told = lines.map((line) => (JSON.parse(line) as { event: string; what: string }).what);
  assert.deepEqual(told, ['subscriber-gone', 'failed']);
});

test('jobs are done beside requests on a machine of one process, and nowhere else', async () => {
  const never = defineJob<Services>({
    kind: 'never',
    maxAttempts: 1,
    timeoutMs: 1,
    handler: async () => {},
  });
  const beside = workBesideRequests([never]);
  assert.equal(beside(service, log, 'production'), undefined);
  const worker = beside(service, log, 'local') ?? assert.fail();
  await worker.close();
});
