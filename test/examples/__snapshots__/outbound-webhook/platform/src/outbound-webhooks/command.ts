import { parseArgs } from 'node:util';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { defineCommand, runModuleCommand } from '../commands/module-command.ts';
import type { Database } from '../database/database.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Failing, Undecided } from './operate.ts';
import { decide, LISTED_AT_MOST, listTroubled } from './operate.ts';
import type { Service } from '../service/service.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });
const id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

const OutboundWebhooksCommand = Type.Union([
  strictObject({ verb: Type.Literal('list') }),
  strictObject({ verb: Type.Literal('disable'), id, ticket: Name, actor: Name }),
  strictObject({ verb: Type.Literal('enable'), id, ticket: Name, actor: Name }),
]);
type OutboundWebhooksCommand = Static<typeof OutboundWebhooksCommand>;

const USAGE = `npm run outbound-webhooks -- list
npm run outbound-webhooks -- disable <subscriber> --ticket CHG-123
npm run outbound-webhooks -- enable <subscriber> --ticket CHG-123`;

const REFUSALS: Readonly<Record<Undecided, string>> = {
  'malformed-ticket': 'The ticket must look like CHG-123.',
  unknown: 'No subscriber of that id is there for it.',
};

export function parseCommand(
  argv: readonly string[],
  actor: string,
): Result<OutboundWebhooksCommand, string> {
  const options = { ticket: { type: 'string' } } as const;
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [verb, given, ...rest] = positionals;
    const command = {
      verb,
      ...(given !== undefined && { id: given }),
      ...(verb !== 'list' && { actor }),
      ...values,
    };
    return rest.length === 0 && Value.Check(OutboundWebhooksCommand, command)
      ? ok(command)
      : err(USAGE);
  } catch {
    return err(USAGE);
  }
}

export const outboundWebhooksCommand = defineCommand(
  OutboundWebhooksCommand,
  ({ database }, command) => performOutboundWebhooksCommand(database, command),
);

export async function performOutboundWebhooksCommand(
  database: Database,
  command: OutboundWebhooksCommand,
): Promise<Result<string, string>> {
  const reason = `${command.verb} subscribers from the command line`;
  return database.operatorTransaction(reason, async (tx) => {
    if (command.verb === 'list') return ok(linesOf(await listTroubled(tx)));
    const decided = await decide(tx, command.verb, command);
    return decided.ok ? ok(`${command.verb}: ${command.id}`) : err(REFUSALS[decided.error]);
  });
}

function linesOf(rows: readonly Failing[]): string {
  const lines = rows.map(
    ({ id: subscriber, tenant, stream, disabled_reason: reason, failures, since }) =>
      `${subscriber}, ${JSON.stringify(tenant)}, ${stream}: ` +
      `${reason ? `disabled (${reason})` : `${failures} failures`} since ${since.toISOString()}`,
  );
  if (rows.length === LISTED_AT_MOST) lines.push(`Only the first ${LISTED_AT_MOST} are listed.`);
  return lines.join('\n') || 'none';
}

export function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runModuleCommand(
    service,
    'outbound-webhooks',
    parseCommand,
    outboundWebhooksCommand,
    argv,
  );
}
