import { sql } from 'kysely';
import type { AuditEvent } from '../../src/audit/record.ts';
import type { AnchorLog } from '../../src/audit/anchors.ts';
import type { Sealing } from '../../src/audit/seal.ts';
import { recordAudit } from '../../src/audit/record.ts';

/** Lines that a test may rewrite, as nobody can outside. */
export function anchorsIn(lines: string[]): AnchorLog {
  return {
    append: async (line) => void lines.push(line),
    last: async () => lines.at(-1),
    lines: async () => [...lines],
  };
}

export async function recordEvents(
  { database }: Sealing,
  tenant: string,
  resources: readonly string[],
): Promise<void> {
  const event: Omit<AuditEvent, 'resource'> = {
    action: 'Notes::Action::"create"',
    outcome: 'success',
    actor: 'alice',
    tenant,
  };
  for (const resource of resources) {
    await database.systemTransaction('test', (tx) => recordAudit(tx, { ...event, resource }));
  }
}

const TRIGGERS: readonly [table: string, trigger: string][] = [
  ['audit_event', 'audit_event_is_append_only'],
  ['audit_event', 'audit_event_is_admitted'],
  ['audit_event', 'audit_event_is_queued'],
  ['audit_seal', 'audit_seal_is_append_only'],
  ['audit_seal', 'audit_seal_goes_when_old'],
  ['audit_purge', 'audit_purge_is_append_only'],
];

/** What nobody may do and the owner of the tables can: write past every trigger. */
export function pastTheTriggers(
  { database }: Pick<Sealing, 'database'>,
  ...statements: readonly string[]
): Promise<void> {
  return database.ownerTransaction('attack the trail', async (tx) => {
    for (const statement of [...each('disable'), ...statements, ...each('enable always')]) {
      await sql.raw(statement).execute(tx.sql);
    }
  });
}

function each(verb: string): readonly string[] {
  return TRIGGERS.map(([table, trigger]) => `alter table ${table} ${verb} trigger ${trigger}`);
}
