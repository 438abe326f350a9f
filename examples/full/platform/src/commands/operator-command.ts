import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { recordAudit } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Module, OperatorServices } from '../service/module.ts';
import { AuditCommand, performAuditCommand } from './audit.ts';
import { performRoleCommand, RoleCommand } from './roles.ts';
import { performSessionCommand, SessionCommand } from './sessions.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });

// Names the secret or the key, never its value: that stays in the process that read it. (HOOK-6)
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

const OperatorCommand = Type.Union([
  strictObject({ name: Type.Literal('roles'), command: RoleCommand }),
  strictObject({ name: Type.Literal('audit'), command: AuditCommand }),
  strictObject({ name: Type.Literal('sessions'), command: SessionCommand }),
  strictObject({ name: Type.Literal('secrets'), command: SecretNote }),
]);
const OfModule = strictObject({ name: Type.String(), command: Type.Unknown() });

export async function performOperatorCommand(
  services: OperatorServices,
  modules: readonly Module[],
  asked: unknown,
): Promise<Result<string, string>> {
  if (!Value.Check(OperatorCommand, asked)) return performModuleCommand(services, modules, asked);
  switch (asked.name) {
    case 'roles':
      return performRoleCommand(services.database, services.policies, asked.command);
    case 'sessions':
      return performSessionCommand(services.database, asked.command);
    case 'secrets':
      return noteSecret(services.database, asked.command);
    case 'audit':
      return performAuditCommand(services, asked.command);
  }
}

async function performModuleCommand(
  services: OperatorServices,
  modules: readonly Module[],
  asked: unknown,
): Promise<Result<string, string>> {
  const { name, command } = Value.Check(OfModule, asked) ? asked : {};
  const known = modules.find(({ id }) => id === name)?.command;
  if (!known || !Value.Check(known.schema, command))
    return err('The service did not understand the command.');
  return known.perform(services, command as never);
}

// A backup copies every table, so record who made it. The copy contains the event as well. (OBS-1)
export async function recordBackup(database: Database, actor: string): Promise<Blob> {
  if (!database.dump) throw new Error("A server's backups are the server's matter.");
  await database.operatorTransaction('note the backup', (tx) =>
    recordAudit(tx, {
      action: 'database.backup',
      outcome: 'success',
      actor,
      tenant: '',
      resource: 'database:embedded',
    }),
  );
  return database.dump();
}
