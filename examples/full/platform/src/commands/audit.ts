import { parseArgs } from 'node:util';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { recordAudit } from '../audit/record.ts';
import type { Accepting } from '../audit/accept.ts';
import { acceptFinding } from '../audit/accept.ts';
import type { Acceptance, Place } from '../audit/anchors.ts';
import type { ListedEvent } from '../audit/chain.ts';
import { LISTED_AT_MOST, listTrail } from '../audit/chain.ts';
import { purgeTrail } from '../audit/purge.ts';
import type { Sealing } from '../audit/seal.ts';
import type { TrailReport } from '../audit/verify.ts';
import { verifyTrail } from '../audit/verify.ts';
import type { Accepted } from '../audit/verify-seals.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Service } from '../service/service.ts';
import type { Operation } from './operation.ts';
import { runOperation } from './operation.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });
const Instant = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,3})?)?Z)?$',
});
const common = { actor: Name };
const tenant = { tenant: Type.Optional(Name) };

export const AuditCommand = Type.Union([
  strictObject({ verb: Type.Literal('verify'), ...common, ...tenant }),
  strictObject({ verb: Type.Literal('list'), ...common, ...tenant, since: Instant }),
  strictObject({ verb: Type.Literal('purge'), ...common, before: Instant }),
  strictObject({ verb: Type.Literal('accept-loss'), ...common, ticket: Name }),
  strictObject({ verb: Type.Literal('accept-clock'), ...common, ticket: Name }),
]);
export type AuditCommand = Static<typeof AuditCommand>;

const USAGE = `npm run audit -- verify [--tenant <tenant>]
npm run audit -- list --since 2026-01-31 [--tenant <tenant>]
npm run audit -- purge --before 2025-01-31
npm run audit -- accept-loss --ticket CHG-123     after a restore
npm run audit -- accept-clock --ticket CHG-123    after a clock was set by minutes`;

export function parseCommand(argv: readonly string[], actor: string): Result<AuditCommand, string> {
  const text = { type: 'string' } as const;
  const options = { tenant: text, since: text, before: text, ticket: text };
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [verb, ...rest] = positionals;
    const command = { verb, actor, ...values };
    return rest.length === 0 && Value.Check(AuditCommand, command) ? ok(command) : err(USAGE);
  } catch {
    return err(USAGE);
  }
}

export async function performAuditCommand(
  sealing: Sealing,
  command: AuditCommand,
): Promise<Result<string, string>> {
  switch (command.verb) {
    case 'verify':
      return verify(sealing, command.actor, command.tenant);
    case 'list':
      return list(sealing, command.actor, new Date(command.since), command.tenant);
    case 'purge':
      return purge(sealing, command.actor, new Date(command.before));
    case 'accept-loss':
      return accept(sealing, { of: 'loss', ...command });
    case 'accept-clock':
      return accept(sealing, { of: 'clock', ...command });
  }
}

async function verify(
  sealing: Sealing,
  actor: string,
  named: string | undefined,
): Promise<Result<string, string>> {
  const startedAt = performance.now();
  const trail = await verifyTrail(sealing, named);
  const took = `${Math.round(performance.now() - startedAt)} ms`;
  await sealing.database.operatorTransaction('record the verification', (tx) =>
    recordAudit(tx, {
      action: 'audit.verify',
      outcome: trail.ok ? 'success' : 'failure',
      actor,
      tenant: named === undefined ? '' : named,
      resource: 'audit:trail',
      detail: trail.ok ? countsOf(trail.value) : { ...trail.error },
    }),
  );
  if (!trail.ok)
    return err(`The trail is BROKEN at ${trail.error.place}: ${trail.error.why}. (${took})`);
  const { streams, seals, events, anchors, accepted } = trail.value;
  const counted = `${events} events, ${seals} seals, ${streams} streams, ${anchors} anchors`;
  return ok([`The trail holds: ${counted}. (${took})`, ...accepted.flatMap(linesOf)].join('\n'));
}

function countsOf({ accepted, ...counts }: TrailReport) {
  return { ...counts, accepted: accepted.length };
}

function linesOf({ of, actor, ticket, places, at }: Accepted): readonly string[] {
  const by = `by ${actor}, ${ticket}, ${at}`;
  return places.map((place) => `Accepted ${of}: ${placeText(of, place)}, ${by}.`);
}

function placeText(of: Acceptance['of'], [stream, seal, detail]: Place): string {
  const where =
    of === 'loss' ? `what was after seal ${seal}, up to seal ${detail}` : `seal ${seal}`;
  return `stream "${stream}", ${where}`;
}

async function list(
  { database }: Sealing,
  actor: string,
  since: Date,
  named: string | undefined,
): Promise<Result<string, string>> {
  const events = await database.operatorTransaction('list the audit trail', (tx) =>
    listTrail(tx, since, named, actor),
  );
  const lines = events.map(lineOf);
  if (events.length === LISTED_AT_MOST) lines.push(`Only the first ${LISTED_AT_MOST} are listed.`);
  return ok(lines.join('\n') || 'none');
}

async function purge(
  sealing: Sealing,
  actor: string,
  before: Date,
): Promise<Result<string, string>> {
  const purged = await purgeTrail(sealing, before, actor);
  return purged.ok ? ok(`Purged ${purged.value} seals and their events.`) : purged;
}

async function accept(sealing: Sealing, accepting: Accepting): Promise<Result<string, string>> {
  const { of, actor, ticket } = accepting;
  const accepted = await acceptFinding(sealing, { of, actor, ticket });
  if (!accepted.ok) return accepted;
  const places = accepted.value.places.map((place) => placeText(of, place));
  return ok(places.map((place) => `Accepted ${of}: ${place}.`).join('\n'));
}

function lineOf({ id, recordedAt, ...event }: ListedEvent): string {
  return JSON.stringify({ id: String(id), at: recordedAt.toISOString(), ...event });
}

const operation: Operation<AuditCommand> = {
  name: 'audit',
  parse: parseCommand,
  perform: (services, command) => performAuditCommand(services, command),
};

export function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runOperation(service, operation, argv);
}
