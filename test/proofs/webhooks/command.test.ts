import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import {
  messageOf,
  receiverOf,
  specimenEndpoint,
} from '../../platform/test/support/webhook-endpoint.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { modules } from '../../services/api/modules.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { auditEvents } from '../../test/support/tables.ts';
import { performOperatorCommand } from '@app/platform/commands/operator-command';
import {
  parseCommand as parseWebhooksCommand,
  performWebhooksCommand,
} from '@app/platform/webhooks/command';

const ESCAPE = '\u001b[2J\u009b1m\u202e\u061c';

let service: TestApp;
let id = '';
before(async () => {
  service = await openTestApp({ database: await openTestDatabase() });
  const { database, keys } = service;
  const { receive } = await receiverOf(specimenEndpoint(), { database, keys });
  await receive(messageOf('evt-1', { body: `{"type":"${ESCAPE}"}` }));
  id = (await said('list')).split(',')[0] ?? '';
});
after(() => service.close());

async function said(line: string): Promise<string> {
  const command = parseWebhooksCommand(line.split(' '), 'operator:test');
  if (!command.ok) return `refused: ${command.error}`;
  const answer = await performWebhooksCommand(service, command.value);
  return answer.ok ? answer.value : `refused: ${answer.error}`;
}

const ask = (command: object) =>
  performOperatorCommand(service, modules, { name: 'webhooks', command });

test('what came is listed with what became of it', async () => {
  assert.match(await said('list'), /^\d+, specimen, [^,]+Z, key current: ready$/);
  assert.match(await said('list --endpoint specimen'), /^\d+, specimen/);
  assert.equal(await said('list --endpoint other'), 'none');
  assert.equal(await said('dead'), 'none');
  await service.database.ownerTransaction('test', (tx) =>
    sql`update job set state = 'dead', finished_at = now()`.execute(tx.sql),
  );
  assert.match(await said('dead --endpoint specimen'), /: dead$/);
});

test('each reading is on record, by whom and of what (HOOK-5)', async () => {
  const events = (await auditEvents(service)).length;
  await said('list');
  await said(`show ${id}`);
  await said('show 999999');
  const told = (await auditEvents(service)).slice(events);
  assert.deepEqual(
    told.map(({ action, actor, resource }) => [action, actor, resource]),
    [
      ['Webhooks::Action::"list"', 'operator:test', 'webhook-endpoint:all'],
      ['Webhooks::Action::"read"', 'operator:test', `webhook-delivery:${id}`],
      ['Webhooks::Action::"read"', 'operator:test', 'webhook-delivery:999999'],
    ],
  );
});

test('what is shown is what was sent, and steers no terminal (HOOK-5)', async () => {
  const text = await said(`show ${id}`);
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  const { body, headers, keyId } = JSON.parse(text);
  assert.equal(body, `{"type":"${ESCAPE}"}`);
  assert.deepEqual(headers['webhook-id'], ['evt-1']);
  assert.equal(keyId, 'current');
  assert.match(await said('show 999999'), /^refused: No delivery/);
});

test('a replay needs a ticket and a delivery, is on record, and is done once (HOOK-5)', async () => {
  assert.match(await said(`replay ${id} --ticket because`), /^refused: The ticket/);
  assert.match(await said('replay 999999 --ticket OPS-1'), /^refused: No delivery/);
  assert.equal(await said(`replay ${id} --ticket OPS-1`), `replay: ${id}, specimen`);
  assert.match(await said(`replay ${id} --ticket OPS-1`), /^refused: It is waiting/);
  const replays = (await auditEvents(service)).filter(({ action }) => action.includes('replay'));
  assert.deepEqual(
    replays.map(({ actor, resource, detail }) => [actor, resource, detail]),
    [['operator:test', `webhook-delivery:${id}`, { ticket: 'OPS-1' }]],
  );
});

test('a running service understands the command as well', async () => {
  const actor = 'operator:test';
  assert.equal((await ask({ verb: 'list', actor })).ok, true);
  for (const wrong of [{ verb: 'list' }, { verb: 'show', actor }, { verb: 'purge', actor }, {}])
    assert.equal((await ask(wrong)).ok, false, JSON.stringify(wrong));
});

test('an incomplete command is refused', () => {
  for (const argv of [
    '',
    'list 1',
    'list --ticket OPS-1',
    'show',
    'show one',
    'show 1 2',
    'replay 1',
    'replay 0 --ticket OPS-1',
    'dead --endpoint Stripe!',
    'purge',
  ])
    assert.equal(parseWebhooksCommand(argv.split(' '), 'test').ok, false, argv);
});
