import { sql } from 'kysely';
import { OPERATOR_ROLE, SERVICE_ROLE } from '../database/acting-as.ts';
import type { SystemTx } from '../database.ts';

// What RDS calls the right to sign in with a token of IAM. Whoever has it has no password. (HOOK-6)
const IAM = 'rds_iam';

/** Who signs in: the service and its worker, operators' commands, and the owner of the schema. */
export const LOGINS = { service: 'api', operator: 'operator', owner: 'migrator' } as const;

/**
 * Makes the logins of a database that is new, as whoever made the database. Each has what it needs and no more, and a
 * second time changes nothing. (AUTHZ-4)
 */
export async function makeLogins(tx: SystemTx): Promise<void> {
  if (!(await exists(tx, IAM)))
    throw new Error('This server knows no sign-in with IAM: switch it on, and try again.');
  const { service, operator, owner } = LOGINS;
  for (const role of [SERVICE_ROLE, OPERATOR_ROLE]) await make(tx, role, 'nologin');
  for (const login of [service, operator, owner]) {
    await make(tx, login, 'login');
    await run(tx, `grant ${IAM} to ${login}`);
  }
  await run(tx, `grant ${SERVICE_ROLE} to ${service}, ${owner}`);
  await run(tx, `grant ${OPERATOR_ROLE} to ${operator}, ${owner}`);
  await handOver(tx, [service, operator, owner]);
}

// Who gives a database away must for a moment be its new owner too. Nobody else connects from then on.
async function handOver(tx: SystemTx, logins: readonly string[]): Promise<void> {
  const { owner } = LOGINS;
  const { rows } = await sql<{ database: string; self: string }>`
    select quote_ident(current_database()) as database, quote_ident(current_user) as self
  `.execute(tx.sql);
  const { database, self } = rows[0] as (typeof rows)[number];
  await run(tx, `grant ${owner} to ${self}`);
  await run(tx, `alter database ${database} owner to ${owner}`);
  await run(tx, `revoke all on database ${database} from public`);
  await run(tx, `grant connect on database ${database} to ${[...logins, self].join(', ')}`);
  await run(tx, `revoke ${owner} from ${self}`);
}

async function make(tx: SystemTx, role: string, kind: 'login' | 'nologin'): Promise<void> {
  if (!(await exists(tx, role))) await run(tx, `create role ${role} ${kind}`);
}

async function exists(tx: SystemTx, role: string): Promise<boolean> {
  const { rows } = await sql`select from pg_roles where rolname = ${role}`.execute(tx.sql);
  return rows.length > 0;
}

// No part of it comes from anybody: names stand above, and the database quotes its own.
function run(tx: SystemTx, statement: string): Promise<unknown> {
  return sql.raw(statement).execute(tx.sql);
}
