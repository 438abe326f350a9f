import { answersSchema } from '../answers/schema.ts';
import { generatorNamed } from '../catalogue.ts';
import { shippedCatalogue } from '../shipped.ts';
import { readArguments } from './arguments.ts';
import { printJson } from './print.ts';
import { withVariant } from './variant.ts';
import type { Command } from './command.ts';

/** `create-secure-app schema [generator]` */
export const schemaCommand: Command = async (argv) => {
  const catalogue = await shippedCatalogue();
  const { positionals } = readArguments(withVariant(argv, catalogue));
  printJson(answersSchema(generatorNamed(catalogue, positionals[0] ?? 'app')));
  return 0;
};
