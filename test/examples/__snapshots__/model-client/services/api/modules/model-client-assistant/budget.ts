import { sql } from 'kysely';
import { recordAudit } from '@app/platform/audit/record';
import type { Database, SystemTx } from '@app/platform/database/database';

const ASK = 'ModelClientAssistant::Action::"ask"';
const SETTLE = 'ModelClientAssistant::Action::"settle"';

/** Who asks, and whose tokens are spent: a Caller, or a job under the tenant that it runs for. */
export interface Payer {
  readonly tenant: string;
  readonly subject: string;
}

/** What the provider counted. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

export interface Reservation {
  readonly payer: Payer;
  readonly model: string;
  /** The day in UTC that it counts for. */
  readonly day: string;
  readonly tokens: number;
}

/** Tokens of a tenant for a day in UTC, counted in the database: for all processes, and across restarts. */
export interface Budget {
  /** Takes the most that a call can cost, or returns undefined if less is left. */
  reserve(payer: Payer, model: string, tokens: number): Promise<Reservation | undefined>;
  /** Replaces the reservation by what was spent. Without a count, all of it stays spent. */
  settle(reservation: Reservation, outcome: 'success' | 'failure', spent?: Usage): Promise<void>;
}

export function openBudget(database: Database, dailyTokens: number): Budget {
  return {
    reserve: (payer, model, tokens) =>
      confined(payer, async (tx) => {
        const day = await take(tx, payer, tokens, dailyTokens);
        // On record before the call is made: a call that cannot be recorded is not made. (OBS-1)
        await record(tx, payer, model, ASK, day === undefined ? 'denied' : 'success', {
          reserved: tokens,
        });
        return day === undefined ? undefined : { payer, model, day, tokens };
      }),

    settle: ({ payer, model, day, tokens }, outcome, spent) =>
      confined(payer, async (tx) => {
        const counted = spent ? spent.input + spent.output : tokens;
        await giveBack(tx, payer, day, tokens - counted);
        await record(tx, payer, model, SETTLE, outcome, { ...spent, counted });
      }),
  };

  // Behind the wall of the payer's tenant. A job has no Caller, so this is not a tenantTransaction. (AUTHZ-1)
  function confined<T>(payer: Payer, work: (tx: SystemTx) => Promise<T>): Promise<T> {
    return database.systemTransaction('count tokens of a tenant', async (tx) => {
      await sql`select set_config('app.tenant', ${payer.tenant}, true)`.execute(tx.sql);
      return work(tx);
    });
  }
}

// One statement, so that calls at the same time cannot both take what is left. Clocks of replicas differ: the day never
// goes back.
async function take(tx: SystemTx, { tenant }: Payer, tokens: number, most: number) {
  const { rows } = await sql<{ day: string }>`
    insert into model_client_assistant_budget as held (tenant, day, spent)
    select ${tenant}::text, (now() at time zone 'utc')::date, ${tokens}::bigint
    where ${tokens}::bigint <= ${most}::bigint
    on conflict (tenant) do update
      set day = greatest(held.day, excluded.day),
          spent = excluded.spent + case when held.day < excluded.day then 0 else held.spent end
      where excluded.spent + case when held.day < excluded.day then 0 else held.spent end
        <= ${most}::bigint
    returning day
  `.execute(tx.sql);
  return rows[0]?.day;
}

// A call that ends on the next day changes nothing: its day no longer counts.
async function giveBack(tx: SystemTx, { tenant }: Payer, day: string, tokens: number) {
  await sql`
    update model_client_assistant_budget set spent = spent - ${tokens}::bigint
    where tenant = ${tenant} and day = ${day}::date
  `.execute(tx.sql);
}

// Who, which model and how many tokens. No text of a prompt or an answer. (OBS-1, HOOK-6)
function record(
  tx: SystemTx,
  { tenant, subject }: Payer,
  model: string,
  action: typeof ASK | typeof SETTLE,
  outcome: 'success' | 'denied' | 'failure',
  detail: Readonly<Record<string, number>>,
): Promise<void> {
  const resource = `model:${model}`;
  return recordAudit(tx, { action, outcome, actor: subject, tenant, resource, detail });
}
