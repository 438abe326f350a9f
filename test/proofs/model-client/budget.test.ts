import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import { openBudget } from '../../services/api/modules/model-client-disk/budget.ts';
import { MODULE, payerOf, spentBy } from './fake-provider.ts';

const database = await openPlatformDatabase(MODULE);
after(() => database.close());
const budget = openBudget(database, 100);

async function reserved(payer: ReturnType<typeof payerOf>, tokens: number) {
  return (await budget.reserve(payer, 'a-model', tokens)) ?? assert.fail('over the budget');
}

async function shiftDay({ tenant }: { tenant: string }, days: number): Promise<string> {
  const shift = sql<{ day: string }>`
    update model_client_disk_budget set day = day + ${days}::int where tenant = ${tenant}
    returning day`;
  const { rows } = await database.ownerTransaction('let time pass', (tx) => shift.execute(tx.sql));
  return rows[0]?.day ?? assert.fail('no row');
}

test('the last token can be spent, and not one more (AUTHZ-1)', async () => {
  const payer = payerOf();
  await reserved(payer, 60);
  assert.equal(await budget.reserve(payer, 'a-model', 41), undefined);
  await reserved(payer, 40);
  assert.equal(await budget.reserve(payer, 'a-model', 1), undefined);
  assert.equal(await spentBy(database, payer), 100);
});

test('a first call beyond the budget is refused, and leaves no row (AUTHZ-1)', async () => {
  const payer = payerOf();
  assert.equal(await budget.reserve(payer, 'a-model', 101), undefined);
  assert.equal(await spentBy(database, payer), undefined);
});

test('calls at the same time never take more than there is (AUTHZ-1)', async () => {
  const payer = payerOf();
  const takes = Array.from({ length: 40 }, () => budget.reserve(payer, 'a-model', 7));
  const taken = (await Promise.all(takes)).filter((one) => one !== undefined);
  assert.equal(taken.length, 14);
  await Promise.all(taken.map((one) => budget.settle(one, 'success', { input: 1, output: 1 })));
  assert.equal(await spentBy(database, payer), 28);
});

test('a provider that counts more than was reserved is believed (AUTHZ-1)', async () => {
  const payer = payerOf();
  await budget.settle(await reserved(payer, 10), 'success', { input: 90, output: 60 });
  assert.equal(await spentBy(database, payer), 150);
  assert.equal(await budget.reserve(payer, 'a-model', 1), undefined);
});

test('a call that ends on the next day gives nothing back to that day (AUTHZ-1)', async () => {
  const payer = payerOf();
  const late = await reserved(payer, 50);
  const day = await shiftDay(payer, -1);
  await reserved(payer, 30);
  await budget.settle({ ...late, day }, 'success', { input: 0, output: 0 });
  assert.equal(await spentBy(database, payer), 30);
});

test('a clock that is behind does not begin a new day (AUTHZ-1)', async () => {
  const payer = payerOf();
  await reserved(payer, 80);
  const tomorrow = await shiftDay(payer, 1);
  assert.equal(await budget.reserve(payer, 'a-model', 30), undefined);
  assert.equal((await reserved(payer, 20)).day, tomorrow);
});
