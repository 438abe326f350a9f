import { sql } from 'kysely';
import type { SystemTx } from '../database.ts';
import type { Result } from '../result.ts';
import type { Holder } from '../roles.ts';
import { recordAudit } from '../audit.ts';
import { err, ok } from '../result.ts';
import { TICKET } from '../roles.ts';

export interface Ending {
  /** Whose sessions end; everybody's where nobody is named. */
  readonly holder?: Holder;
  readonly actor: string;
  readonly ticket: string;
}

/** Ends sessions from outside, for a cookie that leaked: the next request with it is nobody's. (AUTH-9) */
export async function endSessions(
  tx: SystemTx,
  { holder, actor, ticket }: Ending,
): Promise<Result<number, 'malformed-ticket'>> {
  if (!TICKET.test(ticket)) return err('malformed-ticket');
  const whose = holder ? sql`subject = ${holder.subject} and tenant = ${holder.tenant}` : sql`true`;
  const { rows } = await sql<Holder & { id: string }>`
    update session set ended_at = now() where ended_at is null and ${whose}
    returning id, subject, tenant
  `.execute(tx.sql);
  for (const { id, subject, tenant } of rows) {
    await recordAudit(tx, {
      action: 'session.end',
      outcome: 'success',
      actor,
      tenant,
      resource: `session:${id}`,
      detail: { subject, ticket },
    });
  }
  return ok(rows.length);
}
