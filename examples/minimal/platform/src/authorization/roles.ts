import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';
import type { Result } from '../result.ts';
import { recordAudit } from '../audit/record.ts';
import { err, ok } from '../result.ts';

/** A role belongs to a subject in one tenant, and must not follow the subject into another tenant. */
export interface Holder {
  readonly tenant: string;
  readonly subject: string;
}

export interface RoleChange extends Holder {
  readonly role: string;
  /** The operator who makes the change, and the ticket of its approval. */
  readonly actor: string;
  readonly ticket: string;
}

export type RoleRefusal = 'unknown-role' | 'malformed-ticket' | 'already-held' | 'not-held';

// Every decision evaluates all roles of its caller, and the decision matrix has rows for each. (AUTHZ-1)
export const MOST_ROLES = 100;

// A reference such as CHG-123: a reviewer can look up why the role was granted. (AUTHZ-4)
export const TICKET = /^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$/;

/** The only way to grant a role. There is no default role, and no user has one at the start. (AUTHZ-4) */
export async function grantRole(
  tx: SystemTx,
  change: RoleChange,
  roles: readonly string[],
): Promise<Result<void, RoleRefusal>> {
  if (!TICKET.test(change.ticket)) return err('malformed-ticket');
  if (!roles.includes(change.role)) return err('unknown-role');

  const { numAffectedRows } = await sql`
    insert into role_grant (tenant, subject, role, granted_by, grant_ticket)
    values (${change.tenant}, ${change.subject}, ${change.role}, ${change.actor}, ${change.ticket})
    on conflict (tenant, subject, role) where revoked_at is null do nothing
  `.execute(tx.sql);
  if (numAffectedRows !== 1n) return err('already-held');

  await recordChange(tx, 'role.grant', change);
  return ok(undefined);
}

/** Revokes a role, even one that the policies no longer declare. It takes effect with the next request. */
export async function revokeRole(
  tx: SystemTx,
  change: RoleChange,
): Promise<Result<void, RoleRefusal>> {
  if (!TICKET.test(change.ticket)) return err('malformed-ticket');

  const { numAffectedRows } = await sql`
    update role_grant
    set revoked_at = now(), revoked_by = ${change.actor}, revoke_ticket = ${change.ticket}
    where tenant = ${change.tenant} and subject = ${change.subject} and role = ${change.role}
      and revoked_at is null
  `.execute(tx.sql);
  if (numAffectedRows !== 1n) return err('not-held');

  await recordChange(tx, 'role.revoke', change);
  return ok(undefined);
}

export async function rolesOf(tx: SystemTx, holder: Holder): Promise<readonly string[]> {
  const { rows } = await sql<{ role: string }>`
    select role from role_grant
    where tenant = ${holder.tenant} and subject = ${holder.subject} and revoked_at is null
    order by role collate "C"
  `.execute(tx.sql);
  return rows.map(({ role }) => role);
}

function recordChange(
  tx: SystemTx,
  action: 'role.grant' | 'role.revoke',
  change: RoleChange,
): Promise<void> {
  return recordAudit(tx, {
    action,
    outcome: 'success',
    actor: change.actor,
    tenant: change.tenant,
    resource: `user:${change.subject}`,
    detail: { role: change.role, ticket: change.ticket },
  });
}
