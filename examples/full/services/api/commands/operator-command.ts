import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Result } from '@app/platform/result';
import { err } from '@app/platform/result';
import type { Services } from '../http/module.ts';
import { strictObject } from '../http/schemas.ts';
import { modules } from '../modules.ts';
import { AuditCommand, performAuditCommand } from './audit-command.ts';
import { performRoleCommand, RoleCommand } from './role-command.ts';
import { noteSecret, SecretNote } from './secret-note.ts';
import { performSessionCommand, SessionCommand } from './session-command.ts';

export const OperatorCommand = Type.Union([
  strictObject({ name: Type.Literal('roles'), command: RoleCommand }),
  strictObject({ name: Type.Literal('audit'), command: AuditCommand }),
  strictObject({ name: Type.Literal('sessions'), command: SessionCommand }),
  strictObject({ name: Type.Literal('secrets'), command: SecretNote }),
]);
const OfModule = strictObject({ name: Type.String(), command: Type.Unknown() });
export type OperatorCommand = Static<typeof OperatorCommand> | Static<typeof OfModule>;

// What a command needs of the service, whether it runs within it or on its own.
export type OperatorServices = Omit<Services, 'environment' | 'secrets'>;

export async function performOperatorCommand(
  services: OperatorServices,
  asked: unknown,
): Promise<Result<string, string>> {
  if (!Value.Check(OperatorCommand, asked)) return performModuleCommand(services, asked);
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
  asked: unknown,
): Promise<Result<string, string>> {
  const { name, command } = Value.Check(OfModule, asked) ? asked : {};
  const known = modules.find(({ id }) => id === name)?.command;
  if (!known || !Value.Check(known.schema, command))
    return err('The service did not understand the command.');
  return known.perform(services, command as never);
}
