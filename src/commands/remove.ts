import { EXIT, UserError } from '../errors.ts';
import { removeModule } from '../operations/remove.ts';
import { shippedCatalogue } from '../shipped.ts';
import { readArguments } from './arguments.ts';
import { finishChange } from './finish-change.ts';
import { withVariant } from './variant.ts';
import type { Command } from './command.ts';

/** `create-secure-app remove <module> [name]` */
export const removeCommand: Command = async (argv) => {
  const catalogue = await shippedCatalogue();
  const { flags, positionals } = readArguments(withVariant(argv, catalogue));
  const [module, name, ...more] = positionals;
  if (module === undefined || more.length > 0) {
    throw new UserError(
      'E_USAGE',
      EXIT.usage,
      'Say which one module to remove.',
      'See `create-secure-app list`.',
    );
  }
  const request = {
    directory: '.',
    module,
    dryRun: flags.dryRun,
    ...(name === undefined ? {} : { name }),
  };
  return finishChange(await removeModule(request, catalogue), flags);
};
