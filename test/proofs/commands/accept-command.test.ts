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
  service = await openTestApp({ modules: [] });
  for (const resource of ['note:1', 'note:2']) {
    await recordEvents(service, 'globex', [resource]);
    await sealTrail(service);
  }
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

test('a loss is accepted by name, and verify names it from then on (OBS-1)', async () => {
  assert.equal(await said('accept-loss --ticket INC-1'), 'refused: There is no loss to accept.');
  assert.equal(await said('accept-clock --ticket INC-1'), 'refused: There is no clock to accept.');
  await sealTrail(service);
  await pastTheTriggers(
    service,
    "delete from audit_seal where stream = 'globex'",
    "delete from audit_event where tenant = 'globex'",
  );
  const lost = 'Accepted loss: stream "globex", what was after seal 0, up to seal 2';
  assert.match(await said('verify'), /^refused: /);
  assert.equal(await said('accept-loss --ticket INC-1'), `${lost}.`);
  const [holds, accepted, ...rest] = (await said('verify')).split('\n');
  assert.match(String(holds), /^The trail holds: /);
  assert.ok(accepted?.startsWith(`${lost}, by operator:test, INC-1, 2`), accepted);
  assert.deepEqual(rest, []);
  assert.deepEqual((await auditEvents(service)).at(-1)?.detail['accepted'], 1);
});
