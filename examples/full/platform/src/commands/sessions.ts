import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Database } from '../database/database.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { endSessions } from '../sessions/sessions.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Service } from '../service/service.ts';
import type { Operation } from './operation.ts';
import { runOperation } from './operation.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });
const ending = { verb: Type.Literal('end-sessions'), ticket: Name, actor: Name };

// Ending every session needs `--all`: a forgotten `--subject` must not sign out every user.
export const SessionCommand = Type.Union([
  strictObject({ ...ending, holder: strictObject({ subject: Name, tenant: Name }) }),
  strictObject({ ...ending, all: Type.Literal(true) }),
]);
export type SessionCommand = Static<typeof SessionCommand>;

const USAGE = `npm run sessions -- end --subject <subject> --tenant <tenant> --ticket CHG-123
npm run sessions -- end --all --ticket CHG-123`;

const options = {
  subject: { type: 'string' },
  tenant: { type: 'string' },
  all: { type: 'boolean' },
  ticket: { type: 'string' },
} as const;

export function parseCommand(
  argv: readonly string[],
  actor: string,
): Result<SessionCommand, string> {
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const { subject, tenant, all, ticket } = values;
    const whose = all
      ? { all, ...((subject ?? tenant) ? { holder: { subject, tenant } } : {}) }
      : { holder: { subject, tenant } };
    const command = { verb: 'end-sessions', ticket, actor, ...whose };
    const isKnown = positionals.join(' ') === 'end' && Value.Check(SessionCommand, command);
    return isKnown ? ok(command as SessionCommand) : err(USAGE);
  } catch {
    return err(USAGE);
  }
}

export async function performSessionCommand(
  database: Database,
  command: SessionCommand,
): Promise<Result<string, string>> {
  const ended = await database.operatorTransaction('end sessions from the command line', (tx) =>
    endSessions(tx, command),
  );
  return ended.ok ? ok(`ended: ${ended.value}`) : err('The ticket must look like CHG-123.');
}

const operation: Operation<SessionCommand> = {
  name: 'sessions',
  parse: parseCommand,
  perform: ({ database }, command) => performSessionCommand(database, command),
};

export function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runOperation(service, operation, argv);
}
