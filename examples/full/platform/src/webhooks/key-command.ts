import type { Static } from 'typebox';
import { Type } from 'typebox';
import { TICKET } from '../authorization/roles.ts';
import type { Database } from '../database/database.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { keysUsed, noteKeyChange } from './key-ring.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });
const endpoint = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });

// What a rotation asks the service. Secrets and files stay in the process of the operator. (HOOK-6)
export const KeyCommand = Type.Union([
  strictObject({ verb: Type.Literal('keys-used'), actor: Name, endpoint }),
  strictObject({
    verb: Type.Literal('note-key'),
    actor: Name,
    endpoint,
    change: Type.Union([Type.Literal('begin'), Type.Literal('end')]),
    keys: Type.Array(Name, { minItems: 1, maxItems: 20 }),
    outcome: Type.Union([Type.Literal('success'), Type.Literal('failure')]),
    ticket: Name,
  }),
]);
export type KeyCommand = Static<typeof KeyCommand>;

export async function performKeyCommand(
  { database }: { readonly database: Database },
  command: KeyCommand,
): Promise<Result<string, string>> {
  if (command.verb === 'note-key') {
    if (!TICKET.test(command.ticket)) return err('The ticket must look like CHG-123.');
    await database.operatorTransaction('note a change of keys', (tx) => noteKeyChange(tx, command));
    return ok('noted');
  }
  const used = await database.operatorTransaction('look at the use of keys', (tx) =>
    keysUsed(tx, command),
  );
  return ok(JSON.stringify(used));
}
