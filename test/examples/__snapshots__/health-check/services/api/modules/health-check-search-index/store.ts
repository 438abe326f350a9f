import { sql } from 'kysely';
import type { SystemTx, TenantTx } from '@app/platform/database/database';

export interface RunRow {
  readonly id: bigint;
  readonly ran_at: Date;
  readonly duration_ms: number;
  readonly passed: boolean;
}

export interface Measured {
  readonly durationMs: number;
  readonly passed: boolean;
}

// A failed statement spoils the transaction it stands in; behind a savepoint it spoils only itself.
export async function setSavepoint({ sql: db }: TenantTx): Promise<void> {
  await sql`savepoint probe`.execute(db);
}

export async function undoToSavepoint({ sql: db }: TenantTx): Promise<void> {
  await sql`rollback to savepoint probe`.execute(db);
}

export async function insertRun({ sql: db, caller }: TenantTx, run: Measured): Promise<RunRow> {
  const { rows } = await sql<RunRow>`
    insert into health_check_search_index_run (tenant, ran_by, duration_ms, passed)
    values (${caller.tenant}, ${caller.subject}, ${run.durationMs}, ${run.passed})
    returning id, ran_at, duration_ms, passed
  `.execute(db);
  return rows[0] as RunRow;
}

export async function latestRuns({ sql: db, caller }: TenantTx, limit: number) {
  const { rows } = await sql<RunRow>`
    select id, ran_at, duration_ms, passed
    from health_check_search_index_run
    where tenant = ${caller.tenant}
    order by id desc
    limit ${limit}
  `.execute(db);
  return rows;
}

export async function latestRun({ sql: db }: SystemTx): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`
    select id, ran_at, duration_ms, passed
    from health_check_search_index_run
    order by id desc
    limit 1
  `.execute(db);
  return rows[0];
}
