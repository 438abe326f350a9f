import { basename, resolve } from 'node:path';
import { projectNameProblem } from '../answers/names.ts';
import { type Catalogue, generatorNamed } from '../catalogue.ts';
import { inspectTarget } from '../commit/create-folder.ts';
import { ask } from '../terminal/ask.ts';
import type { Arguments } from './arguments.ts';

/** Asks what the command line left open. The directory is checked first: nobody should answer for nothing. */
export async function askCreate(
  { positionals }: Arguments,
  given: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): Promise<Record<string, unknown>> {
  const [directory] = positionals;
  if (directory !== undefined) inspectTarget(resolve(directory));
  const fromDirectory = directory === undefined ? undefined : basename(resolve(directory));
  const name =
    fromDirectory !== undefined && projectNameProblem(fromDirectory) === undefined
      ? { name: fromDirectory }
      : {};
  return ask(generatorNamed(catalogue, 'app'), { ...name, ...given }, catalogue);
}
