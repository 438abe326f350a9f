import { parseArgs } from 'node:util';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { defineCommand, runModuleCommand } from '../commands/module-command.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { OperatorServices } from '../service/module.ts';
import { KeyCommand, performKeyCommand } from './key-command.ts';
import type { Listed, Shown, Unplayable } from './operate.ts';
import { LISTED_AT_MOST, listDeliveries, replayDelivery, showDelivery } from './operate.ts';
import { textOf } from './scheme.ts';
import type { Service } from '../service/service.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });
const id = Type.String({ pattern: '^[1-9][0-9]{0,17}$' });
const endpoint = Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }));

const WebhooksCommand = Type.Union([
  strictObject({ verb: Type.Literal('list'), actor: Name, endpoint }),
  strictObject({ verb: Type.Literal('dead'), actor: Name, endpoint }),
  strictObject({ verb: Type.Literal('show'), actor: Name, id }),
  strictObject({ verb: Type.Literal('replay'), actor: Name, id, ticket: Name }),
]);
type WebhooksCommand = Static<typeof WebhooksCommand>;

const USAGE = `npm run webhooks -- list [--endpoint stripe]
npm run webhooks -- dead [--endpoint stripe]
npm run webhooks -- show <id>
npm run webhooks -- replay <id> --ticket CHG-123`;

const UNKNOWN = 'No delivery of that number is kept.';
const REFUSALS: Readonly<Record<Unplayable, string>> = {
  'malformed-ticket': 'The ticket must look like CHG-123.',
  unknown: UNKNOWN,
  'under-way': 'It is waiting for its turn already.',
};

export function parseCommand(
  argv: readonly string[],
  actor: string,
): Result<WebhooksCommand, string> {
  const options = { ticket: { type: 'string' }, endpoint: { type: 'string' } } as const;
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [verb, given, ...rest] = positionals;
    const command = { verb, actor, ...(given !== undefined && { id: given }), ...values };
    return rest.length === 0 && Value.Check(WebhooksCommand, command) ? ok(command) : err(USAGE);
  } catch {
    return err(USAGE);
  }
}

export const webhooksCommand = defineCommand(
  Type.Union([WebhooksCommand, KeyCommand]),
  async (services, command) =>
    Value.Check(KeyCommand, command)
      ? performKeyCommand(services, command)
      : performWebhooksCommand(services, command),
);

export async function performWebhooksCommand(
  services: Pick<OperatorServices, 'database' | 'keys'>,
  command: WebhooksCommand,
): Promise<Result<string, string>> {
  const { database } = services;
  switch (command.verb) {
    case 'list':
      return ok(linesOf(await listDeliveries(database, command.actor, command)));
    case 'dead':
      return ok(
        linesOf(await listDeliveries(database, command.actor, { ...command, state: 'dead' })),
      );
    case 'show': {
      const shown = await showDelivery(services, command.actor, BigInt(command.id));
      return shown ? ok(shownAs(shown)) : err(UNKNOWN);
    }
    case 'replay': {
      const asked = { ...command, id: BigInt(command.id) };
      const replayed = await database.operatorTransaction('replay a webhook', (tx) =>
        replayDelivery(tx, asked),
      );
      return replayed.ok
        ? ok(`replay: ${command.id}, ${replayed.value}`)
        : err(REFUSALS[replayed.error]);
    }
  }
}

function linesOf(rows: readonly Listed[]): string {
  const lines = rows.map(
    (row) =>
      `${row.id}, ${row.endpoint}, ${row.received_at.toISOString()}, key ${row.key_id}: ${row.state ?? 'done'}`,
  );
  if (rows.length === LISTED_AT_MOST) lines.push(`Only the latest ${LISTED_AT_MOST} are listed.`);
  return lines.join('\n') || 'none';
}

// Escape control characters: a body from outside must not steer the operator's terminal. Bytes that are not UTF-8 are
// printed as base64. (HOOK-5)
function shownAs({ stored, raw, id: signedId }: Shown): string {
  const { body, ...rest } = raw;
  const text = textOf(body);
  const content = text === undefined ? { base64: body.toString('base64') } : { body: text };
  const { endpoint: of, receivedAt, signedAt, keyId } = stored;
  const told = { endpoint: of, receivedAt, signedAt, keyId, signedId, ...rest, ...content };
  return JSON.stringify(told, null, 2).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202f\u2066-\u2069\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runModuleCommand(service, 'webhooks', parseCommand, webhooksCommand, argv);
}
