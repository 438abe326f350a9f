import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { purgeOutbound } from '@app/platform/outbound-webhooks/operate';
import type { TestApp } from '../../test/support/build-app.ts';
import {
  openOutboundApp,
  owner,
  publishOne,
  Receivers,
  subscribe,
  SUBSCRIBERS,
  workAll,
} from '../../platform/test/support/outbound.ts';
import type { Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents } from '../../test/support/tables.ts';
import {
  parseCommand as parseOutboundWebhooksCommand,
  performOutboundWebhooksCommand,
} from '@app/platform/outbound-webhooks/command';

const ACTOR = 'operator:test';

let service: TestApp;
let alice: Client;
before(async () => {
  service = await openOutboundApp();
  alice = await signedIn(service, { roles: ['operator'] });
});
beforeEach(() => owner(service, 'delete from outbound_subscriber'));
after(() => service.close());

async function run(...argv: readonly string[]): Promise<string> {
  const command = parseOutboundWebhooksCommand(argv, ACTOR);
  if (!command.ok) return 'usage';
  const done = await performOutboundWebhooksCommand(service.database, command.value);
  return done.ok ? done.value : done.error;
}

test('what an operator ends, the tenant sees and cannot begin again (OBS-1)', async () => {
  const { id } = await subscribe(alice);
  assert.equal(await run('list'), 'none');
  assert.match(await run('disable', id, '--ticket', 'soon'), /must look like/);
  assert.equal(await run('disable', id, '--ticket', 'CHG-7'), `disable: ${id}`);
  assert.match(await run('list'), new RegExp(`^${id}, "acme", parcels: disabled \\(service\\)`));
  const shown = (await alice.send('GET', `${SUBSCRIBERS}/${id}`)).json();
  assert.equal(shown['disabledReason'], 'service');
  assert.equal((await alice.send('PUT', `${SUBSCRIBERS}/${id}/enabled`)).statusCode, 409);
  // Not by disabling it themselves in between, either.
  await alice.send('PUT', `${SUBSCRIBERS}/${id}/disabled`);
  assert.equal((await alice.send('PUT', `${SUBSCRIBERS}/${id}/enabled`)).statusCode, 409);
  assert.equal(await run('enable', id, '--ticket', 'CHG-8'), `enable: ${id}`);
  assert.match(await run('enable', id, '--ticket', 'CHG-8'), /^No subscriber/);
  const noted = (await auditEvents(service)).filter(({ actor }) => actor === ACTOR);
  assert.deepEqual(
    noted.map(({ action, detail }) => [action, detail['ticket']]),
    [
      ['OutboundWebhooks::Action::"disable"', 'CHG-7'],
      ['OutboundWebhooks::Action::"enable"', 'CHG-8'],
    ],
  );
});

test('a command that is none is answered with the usage', async () => {
  for (const argv of [
    [],
    ['list', 'x'],
    ['disable'],
    ['disable', "'"],
    ['enable', '--ticket', 'A-1'],
  ])
    assert.equal(await run(...argv), 'usage', argv.join(' '));
});

test('what was told long ago is deleted, and what signs nothing any more', async () => {
  const { id } = await subscribe(alice);
  await alice.send('POST', `${SUBSCRIBERS}/${id}/keys`, { overlapHours: 24 });
  await publishOne(service);
  await workAll(service, new Receivers().jobs);
  assert.deepEqual(await kept(), [1, 1, 2]);
  await purge();
  assert.deepEqual(await kept(), [1, 1, 2]);
  await owner(service, `update outbound_event set created_at = now() - interval '15 days'`);
  await owner(service, `update outbound_attempt set at = now() - interval '31 days'`);
  await owner(
    service,
    `update outbound_key set ends_at = now() - interval '1 s' where ends_at is not null`,
  );
  await purge();
  assert.deepEqual(await kept(), [0, 0, 1]);
});

function purge(): Promise<boolean> {
  return service.database.systemTransaction('test', purgeOutbound);
}

async function kept(): Promise<readonly number[]> {
  const rows = await owner<{ count: number }>(
    service,
    `select count(*)::int from outbound_event union all
     select count(*)::int from outbound_attempt union all select count(*)::int from outbound_key`,
  );
  return rows.map(({ count }) => count);
}
