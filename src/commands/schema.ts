import { answersSchema } from '../answers/schema.ts';
import { generatorNamed } from '../catalogue.ts';
import { shippedCatalogue } from '../shipped.ts';
import { readArguments } from './arguments.ts';
import { printJson } from './print.ts';
import type { Command } from './command.ts';

/** `create-secure-app schema [generator]` */
export const schemaCommand: Command = async (argv) => {
  const { positionals } = readArguments(argv);
  printJson(answersSchema(generatorNamed(await shippedCatalogue(), positionals[0] ?? 'app')));
  return 0;
};
