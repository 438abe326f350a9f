import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { EventOf } from '@app/platform/outbound-webhooks/stream';
import { callerWithoutSession } from '../../../../platform/test/support/specimens.ts';
import type { TestApp } from '../../../../test/support/build-app.ts';
import { openTestApp } from '../../../../test/support/build-app.ts';
import { signedIn } from '../../../../test/support/signed-in.ts';
import type { stream } from './events.ts';
import { publishOrders as publish } from './index.ts';

const SUBSCRIBERS = '/outbound-webhooks/orders/subscribers';
const created = { type: 'orders.created', data: { id: '1' } } as const;

let service: TestApp;
before(async () => {
  service = await openTestApp();
  for (const tenant of ['acme', 'other']) {
    const operator = await signedIn(service, { tenant, roles: ['operator'] });
    const draft = { url: 'https://receiver.example.com/' };
    assert.equal((await operator.send('POST', SUBSCRIBERS, draft)).statusCode, 201);
  }
});
after(() => service.close());

test('what is published reaches the subscribers of the tenant, once it has committed (HOOK-3)', async () => {
  const acme = callerWithoutSession({ tenant: 'acme' });
  const failing = service.database.tenantTransaction(acme, async (tx) => {
    await publish(tx, created);
    throw new Error('what happened is taken back');
  });
  await assert.rejects(failing, /taken back/);
  assert.deepEqual(await waiting(), []);
  const { recipients } = await service.database.tenantTransaction(acme, (tx) =>
    publish(tx, created),
  );
  assert.equal(recipients, 1);
  assert.deepEqual(await waiting(), ['acme']);
});

test('what is not as its type says is not published', async () => {
  const wrong = [
    { type: 'orders.created', data: { id: 1 } },
    {
      type: 'orders.created',
      data: { id: '1', email: 'alice@example.com' },
    },
    { type: 'toString', data: {} },
  ] as unknown as EventOf<typeof stream.types>[];
  for (const event of wrong)
    await assert.rejects(
      service.database.tenantTransaction(callerWithoutSession(), (tx) => publish(tx, event)),
      /is not as its type says/,
    );
});

test('without a role that may, nobody has the events sent anywhere (AUTHZ-1)', async () => {
  const member = await signedIn(service, { subject: 'bob', roles: ['member'] });
  const draft = { url: 'https://receiver.example.com/' };
  assert.equal((await member.send('POST', SUBSCRIBERS, draft)).statusCode, 403);
});

// Whose deliveries wait for their turn.
async function waiting(): Promise<readonly string[]> {
  const { rows } = await service.database.ownerTransaction('test', (tx) =>
    sql<{ tenant: string }>`select tenant from job where kind = 'outbound-send'`.execute(tx.sql),
  );
  return rows.map(({ tenant }) => tenant);
}
