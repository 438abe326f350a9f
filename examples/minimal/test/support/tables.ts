import { sql } from 'kysely';
import { callerWithoutSession } from '../../platform/test/support/specimens.ts';
import type { TestApp } from './open-app.ts';

// A session notes when it was last seen, the trail grows with every refusal, and a limit counts every request: none of
// them is a change that was asked for.
const IGNORED: ReadonlySet<string> = new Set([
  'audit_event',
  'audit_unsealed',
  'rate_limit',
  'session',
]);

// What every table holds, so that "nothing was written" is a comparison and not a guess.
export async function fingerprint({ database }: TestApp): Promise<Record<string, string | null>> {
  return database.ownerTransaction('compare the tables', async (tx) => {
    const { rows: tables } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public' order by tablename
    `.execute(tx.sql);
    const entries: [string, string | null][] = [];
    for (const { name } of tables.filter((table) => !IGNORED.has(table.name))) {
      const { rows } = await sql<{ digest: string | null }>`
        select md5(string_agg(t::text, '|' order by t::text)) as digest from ${sql.table(name)} as t
      `.execute(tx.sql);
      entries.push([name, rows[0]?.digest ?? null]);
    }
    return Object.fromEntries(entries);
  });
}

export async function auditCount(service: TestApp, outcome: string): Promise<number> {
  const events = await auditEvents(service);
  return events.filter((event) => event.outcome === outcome).length;
}

interface AuditRow {
  readonly action: string;
  readonly outcome: string;
  readonly actor: string;
  readonly resource: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly policy_version: string | null;
  readonly request_id: string | null;
}

export async function auditEvents({ database }: TestApp): Promise<readonly AuditRow[]> {
  return database.ownerTransaction('read the audit trail', async (tx) => {
    const { rows } = await sql<AuditRow>`
      select action, outcome, actor, resource, detail, policy_version, request_id
      from audit_event order by id
    `.execute(tx.sql);
    return rows;
  });
}

/** From here on no event can be written, as if the disk were full. */
export function breakAudit(service: TestApp): Promise<unknown> {
  return alter(service, 'audit_event', 'add constraint broken check (false) not valid');
}

export function mendAudit(service: TestApp): Promise<unknown> {
  return alter(service, 'audit_event', 'drop constraint broken');
}

// What a statement that forgets the tenant sees of a table, on behalf of a caller of this one.
export async function countedIn({ database }: TestApp, table: string, tenant: string) {
  return database.tenantTransaction(callerWithoutSession({ tenant }), async ({ sql: db }) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from ${sql.table(table)}
    `.execute(db);
    return rows[0]?.count;
  });
}

// With the wall down, the statements stand alone: what another tenant sees then, they let it see.
export async function withoutTenantWall(
  service: TestApp,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  await alter(service, table, 'disable row level security');
  await work().finally(() => alter(service, table, 'enable row level security'));
}

function alter({ database }: TestApp, table: string, change: string): Promise<unknown> {
  return database.ownerTransaction('arrange a failure', (tx) =>
    sql.raw(`alter table ${table} ${change}`).execute(tx.sql),
  );
}
