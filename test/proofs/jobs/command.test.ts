import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  claim,
  attemptAt,
  enqueueOne,
  jobRow,
  specimenJob,
} from '../../platform/test/support/jobs.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { modules } from '../../services/api/modules.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents } from '../../test/support/tables.ts';
import { performOperatorCommand } from '@app/platform/commands/operator-command';
import { parseCommand as parseJobsCommand, performJobsCommand } from '@app/platform/jobs/command';

let service: TestApp;
before(async () => {
  service = await openTestApp();
});
after(() => service.close());

const job = specimenJob({ handler: async () => ({ failed: 'receiver-refused', final: true }) });

async function deadJob(tenant = 'acme'): Promise<bigint> {
  const id = await enqueueOne(service.database, job, { invoice: 'canary-7' }, { tenant });
  await attemptAt(service.database, job, (await claim(service.database))[0]);
  return id;
}

async function said(argv: string, known = [job]): Promise<string> {
  const command = parseJobsCommand(argv.split(' '), 'operator:test');
  assert.ok(command.ok, argv);
  const answer = await performJobsCommand(service.database, command.value, known);
  return answer.ok ? answer.value : `refused: ${answer.error}`;
}

function ask(command: object) {
  return performOperatorCommand(service, modules, { name: 'jobs', command });
}

test('jobs are listed by number, kind and fault, and by nothing they hold (HOOK-6)', async () => {
  assert.equal(await said('dead'), 'none');
  const id = await deadJob();
  const dead = await said('dead');
  assert.match(dead, new RegExp(`^${id}, specimen, 20\\S+Z, 1 attempts: receiver-refused$`));
  const list = await said('list');
  assert.match(list, /^specimen, dead: 1, since 20\S+Z$/);
  assert.doesNotMatch(dead + list, /canary|acme/);
});

test('a dead job is tried again or given up under a ticket, and that is on record (OBS-1)', async () => {
  const [again, over] = [await deadJob(), await deadJob('globex')];
  assert.equal(await said(`retry ${again} --ticket OPS-1`), `retry: ${again}, specimen`);
  assert.equal(await said(`drop ${over} --ticket OPS-2`), `drop: ${over}, specimen`);
  const rows = await Promise.all([again, over].map((id) => jobRow(service.database, id)));
  assert.deepEqual(
    rows.map((row) => [row?.state, row?.attempts, row?.max_attempts]),
    [
      ['ready', 1, 4],
      ['dropped', 1, 3],
    ],
  );
  const events = (await auditEvents(service)).slice(-2);
  assert.deepEqual(
    events.map(({ action, actor, resource, detail }) => ({ action, actor, resource, detail })),
    [
      ['retry', again, 'OPS-1'],
      ['drop', over, 'OPS-2'],
    ].map(([verb, id, ticket]) => ({
      action: `Jobs::Action::"${verb}"`,
      actor: 'operator:test',
      resource: `job:${id}`,
      detail: { kind: 'specimen', ticket },
    })),
  );
});

test('a running service understands the command as well', async () => {
  const listed = await ask({ verb: 'list' });
  assert.match(listed.ok ? listed.value : '', /specimen/);
  for (const wrong of [{ verb: 'list', all: true }, { verb: 'retry', id: '1' }, {}])
    assert.equal((await ask(wrong)).ok, false, JSON.stringify(wrong));
});

test('an incomplete command is refused', () => {
  for (const argv of [
    '',
    'list all',
    'list --ticket OPS-1',
    'retry',
    'retry 1',
    'retry one --ticket OPS-1',
    'retry 0 --ticket OPS-1',
    'drop 1 2 --ticket OPS-1',
    'drop 1 --ticket OPS-1 --force',
    'purge',
  ])
    assert.equal(parseJobsCommand(argv.split(' '), 'test').ok, false, argv);
});
