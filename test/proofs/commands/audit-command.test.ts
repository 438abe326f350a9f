import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sealTrail } from '@app/platform/audit/seal';
import { parseCommand as parseAuditCommand } from '@app/platform/commands/audit';
import { performOperatorCommand } from '@app/platform/commands/operator-command';
import { pastTheTriggers, recordEvents } from '../../platform/test/support/sealing.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents } from '../../test/support/tables.ts';

let service: TestApp;
before(async () => {
  service = await openTestApp();
  await recordEvents(service, 'acme', ['note:1', 'note:2']);
  await recordEvents(service, 'globex', ['note:3']);
  await sealTrail(service);
});
after(() => service.close());

async function said(argv: string): Promise<string> {
  const command = parseAuditCommand(argv.split(' '), 'operator:test');
  assert.ok(command.ok, argv);
  const answer = await performOperatorCommand(service, [], {
    name: 'audit',
    command: command.value,
  });
  return answer.ok ? answer.value : `refused: ${answer.error}`;
}

test('verify counts what it verified, and says how long it took (OBS-1)', async () => {
  assert.match(
    await said('verify'),
    /^The trail holds: 3 events, 2 seals, 2 streams, 1 anchors\. \(\d+ ms\)$/,
  );
  assert.match(await said('verify --tenant globex'), /holds: 1 events, 1 seals, 1 streams/);
});

test('list shows a tenant what is its own, and reading is on record (OBS-1)', async () => {
  const lines = (await said('list --since 2020-01-01 --tenant globex')).split('\n');
  const listed = lines.map((line) => JSON.parse(line) as { tenant: string; action: string });
  assert.ok(listed.length > 0);
  assert.ok(listed.every(({ tenant }) => tenant === 'globex'));
  const { action, actor, detail } = (await auditEvents(service)).at(-1) ?? {};
  assert.equal(action, 'audit.list');
  assert.equal(actor, 'operator:test');
  assert.deepEqual(detail, { since: '2020-01-01T00:00:00.000Z', count: listed.length });
  assert.equal(await said('list --since 2999-01-01T00:00Z'), 'none');
});

test('purge refuses before the age is reached (OBS-1)', async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  for (const date of [tomorrow, new Date().toISOString().slice(0, 10)])
    assert.match(await said(`purge --before ${date}`), /^refused: Events are kept for 400 days/);
  assert.equal(await said('purge --before 2020-01-01'), 'Purged 0 seals and their events.');
});

test('a broken trail is an error with its place, and the finding is on record (OBS-1)', async () => {
  await pastTheTriggers(service, "update audit_event set actor = 'bob' where resource = 'note:2'");
  assert.match(
    await said('verify'),
    /^refused: The trail is BROKEN at stream "acme", seal 1, event 2: it was edited\./,
  );
  const found = (await auditEvents(service)).at(-1);
  assert.equal(found?.action, 'audit.verify');
  assert.equal(found.outcome, 'failure');
});

test('an incomplete audit command is refused', () => {
  for (const argv of [
    '',
    'verify now',
    'verify --since 2020-01-01',
    'list',
    'list --since yesterday',
    'list --since 2020-1-1',
    'purge',
    'purge --before 2020-01-01 --tenant acme',
    'purge --before 2020-01-01 --force',
    'accept-loss',
    'accept-clock --ticket',
    'accept-loss --ticket INC-1 --tenant acme',
    'verify --ticket INC-1',
  ])
    assert.equal(parseAuditCommand(argv.split(' '), 'test').ok, false, argv);
});
