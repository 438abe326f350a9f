import type { Static } from 'typebox';
import { Type } from 'typebox';
import { recordAudit } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Result } from '../result.ts';
import { ok } from '../result.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });

// Names the secret or key and never its value, which stays in the process that read it. (HOOK-6)
export const SecretNote = strictObject({
  action: Type.Union([Type.Literal('secret.set'), Type.Literal('key.rotate')]),
  outcome: Type.Union([Type.Literal('success'), Type.Literal('failure')]),
  subject: Name,
  actor: Name,
});
export type SecretNote = Static<typeof SecretNote>;

export async function noteSecret(
  database: Database,
  { action, outcome, subject, actor }: SecretNote,
): Promise<Result<string, string>> {
  const [kind] = action.split('.');
  const resource = `${kind}:${subject}`;
  await database.operatorTransaction('note a change of secrets', (tx) =>
    recordAudit(tx, { action, outcome, actor, tenant: '', resource }),
  );
  return ok('noted');
}
