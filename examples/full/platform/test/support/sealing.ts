import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { AnchorLog } from '../../src/audit/anchors.ts';
import type { AuditEvent } from '../../src/audit/record.ts';
import { recordAudit } from '../../src/audit/record.ts';
import type { Sealing } from '../../src/audit/seal.ts';
import { sealTrail } from '../../src/audit/seal.ts';
import { verifyTrail } from '../../src/audit/verify.ts';

/** An anchor log that a test may rewrite. Outside of tests anchors are append-only. */
export function anchorsIn(lines: string[]): AnchorLog {
  return {
    append: async (line) => void lines.push(line),
    last: async () => lines.at(-1),
    lines: async () => [...lines],
  };
}

export async function recordEvents(
  { database }: Pick<Sealing, 'database'>,
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

const eachTrigger = (verb: string) =>
  TRIGGERS.map(([table, trigger]) => `alter table ${table} ${verb} trigger ${trigger}`);

/** Writes past every trigger. No role of the service may; the owner of the tables can. */
export function pastTheTriggers(
  { database }: Pick<Sealing, 'database'>,
  ...statements: readonly string[]
): Promise<void> {
  return database.ownerTransaction('attack the trail', async (tx) => {
    for (const statement of [
      ...eachTrigger('disable'),
      ...statements,
      ...eachTrigger('enable always'),
    ]) {
      await sql.raw(statement).execute(tx.sql);
    }
  });
}

/** An attack on a stream of three seals with two events each, by the owner of the tables. */
export interface Attack {
  readonly name: string;
  readonly statements: (stream: string, ids: readonly bigint[]) => readonly string[];
  /** The place that verification names, and why. */
  readonly found: (ids: readonly bigint[]) => string;
}

/** What the tests of attacks ask of a trail: a new sealed stream, its events, and where it is broken. */
export function attackedTrail(sealing: Sealing) {
  return { sealedStream, placeOf, eventIds };

  async function sealedStream(): Promise<string> {
    const stream = `tenant-${randomUUID()}`;
    for (const batch of [1, 2, 3]) {
      await recordEvents(sealing, stream, [`note:${batch}a`, `note:${batch}b`]);
      await sealTrail(sealing);
    }
    assert.deepEqual(await placeOf(stream), 'nowhere');
    return stream;
  }

  // Two minutes on, when nothing may be unsealed any more.
  async function placeOf(stream: string | undefined, by: Partial<Sealing> = {}): Promise<string> {
    const later = new Date(Date.now() + 2 * 60_000);
    const trail = await verifyTrail({ ...sealing, ...by }, stream, later);
    return trail.ok
      ? 'nowhere'
      : `${trail.error.place}: ${trail.error.why}`.replace(`${stream}`, 's');
  }

  async function eventIds(stream: string): Promise<readonly bigint[]> {
    const { rows } = await sealing.database.ownerTransaction('test', (tx) =>
      sql<{ id: bigint }>`select id from audit_event where tenant = ${stream} order by id`.execute(
        tx.sql,
      ),
    );
    return rows.map(({ id }) => id);
  }
}
