import type { Static, TSchema } from 'typebox';
import type { Result } from '@app/platform/result';
import type { OperatorServices } from './operator-command.ts';

export interface ModuleCommand {
  readonly schema: TSchema;
  readonly perform: (services: OperatorServices, command: never) => Promise<Result<string, string>>;
}

// A module's own command. It runs beside a running service as those of the platform do.
export function defineCommand<Schema extends TSchema>(
  schema: Schema,
  perform: (services: OperatorServices, command: Static<Schema>) => Promise<Result<string, string>>,
): ModuleCommand {
  return { schema, perform };
}
