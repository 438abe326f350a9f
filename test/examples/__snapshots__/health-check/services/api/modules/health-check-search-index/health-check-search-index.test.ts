import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { callerWithoutSession } from '../../../../platform/test/support/specimens.ts';
import type { Services } from '@app/platform/service/module';
import type { TestApp } from '../../../../test/support/build-app.ts';
import { openTestApp } from '../../../../test/support/build-app.ts';
import { signedIn } from '../../../../test/support/signed-in.ts';
import { auditEvents, countedIn, withoutTenantWall } from '../../../../test/support/tables.ts';
import type { Authorized } from '@app/platform/http/access';
import { readiness, runProbe } from './runs.ts';
import type { Probe } from './runs.ts';

const TABLE = 'health_check_search_index_run';
const PATH = '/health-checks/search-index/runs';
const BUDGET_MS = 200;

let service: TestApp;
before(async () => {
  service = await openTestApp();
});
after(() => service.close());

test('an operator runs the check, and finds the run in the list', async () => {
  const operator = await signedIn(service, { roles: ['operator'] });
  const run = await operator.send('POST', PATH);
  assert.equal(run.statusCode, 201);
  const { runs } = (await operator.send('GET', PATH)).json<{ runs: unknown[] }>();
  assert.deepEqual(runs[0], run.json());
});

test('nobody else runs it or sees what it measured (AUTHZ-1)', async () => {
  const member = await signedIn(service, { subject: 'bob', roles: ['member'] });
  const elsewhere = { subject: 'eve', tenant: 'other', roles: ['operator'] };
  assert.equal((await member.send('POST', PATH)).statusCode, 403);
  assert.equal((await member.send('GET', PATH)).statusCode, 403);
  const { runs } = (await (await signedIn(service, elsewhere)).send('GET', PATH)).json();
  assert.deepEqual(runs, []);
});

test('a probe that ends in time has passed', async () => {
  assert.equal((await runWith(async () => {})).passed, true);
  assert.equal(await readiness(service as unknown as Services), true);
});

test('a probe that throws, breaks its statement or is late has failed, and is on record (OBS-1)', async () => {
  const failing: readonly Probe[] = [
    async () => {
      throw new Error('no answer');
    },
    async ({ sql: db }) => {
      await sql`select 1 / 0`.execute(db);
    },
    async () => sleep(2 * BUDGET_MS, undefined),
  ];
  for (const probe of failing) {
    assert.equal((await runWith(probe)).passed, false);
    assert.equal((await auditEvents(service)).at(-1)?.detail['passed'], false);
    assert.equal(await readiness(service as unknown as Services), false);
  }
});

test('a statement that forgets the tenant finds no run of another one (AUTHZ-1)', async () => {
  await runWith(async () => {});
  assert.equal(await countedIn(service, TABLE, 'nowhere'), 0);
  assert.notEqual(await countedIn(service, TABLE, 'acme'), 0);
});

test('the list names the tenant too, and is empty with the wall down (AUTHZ-1)', async () => {
  await runWith(async () => {});
  const elsewhere = { subject: 'eve', tenant: 'other', roles: ['operator'] };
  const eve = await signedIn(service, elsewhere);
  await withoutTenantWall(service, TABLE, async () => {
    assert.deepEqual((await eve.send('GET', PATH)).json(), { runs: [] });
  });
});

test('a failure from long ago says nothing about now', async () => {
  await runWith(async () => {
    throw new Error('no answer');
  });
  await service.database.ownerTransaction('let time pass', async ({ sql: db }) => {
    const age = sql`
      update health_check_search_index_run set ran_at = now() - interval '6 minutes'
    `;
    await age.execute(db);
  });
  assert.equal(await readiness(service as unknown as Services), true);
});

async function runWith(probe: Probe) {
  const caller = callerWithoutSession({ subject: 'olga' });
  return service.database.tenantTransaction(caller, (tx) => {
    const action = 'HealthCheckSearchIndex::Action::"run"';
    const policyVersion = service.policies.version;
    const by: Authorized = { tx, caller, action, policyVersion, requestId: 'a test' };
    return runProbe(by, BUDGET_MS, probe);
  });
}
