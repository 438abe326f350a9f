import type { Static, TSchema } from 'typebox';
import type { Result } from '../result.ts';
import type { ModuleCommand, OperatorServices } from '../service/module.ts';

/** A module's own command, which runs beside a running service as those of the platform do. */
export function defineCommand<Schema extends TSchema>(
  schema: Schema,
  perform: (services: OperatorServices, command: Static<Schema>) => Promise<Result<string, string>>,
): ModuleCommand {
  return { schema, perform };
}
