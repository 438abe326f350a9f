import type { Static, TSchema } from 'typebox';
import type { Result } from '../result.ts';
import type { ModuleCommand, OperatorServices } from '../service/module.ts';
import type { Service } from '../service/service.ts';
import type { Operation } from './operation.ts';
import { runOperation } from './operation.ts';

/** A module's own command, which runs beside a running service as those of the platform do. */
export function defineCommand<Schema extends TSchema>(
  schema: Schema,
  perform: (services: OperatorServices, command: Static<Schema>) => Promise<Result<string, string>>,
): ModuleCommand {
  return { schema, perform };
}

/** Runs it for an operator: through the running service where there is one. `name` is the id of the module. */
export function runModuleCommand<Command>(
  service: Service,
  name: string,
  parse: Operation<Command>['parse'],
  { perform }: ModuleCommand,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runOperation(
    service,
    { name, parse, perform: perform as Operation<Command>['perform'] },
    argv,
  );
}
