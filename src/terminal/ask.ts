import nodePlop, { type NodePlopAPI } from 'node-plop';
import type { Catalogue } from '../catalogue.ts';
import type { Generator } from '../define-generator.ts';
import { register } from '../plop.ts';

/**
 * Asks a generator's questions at the terminal, but for those that were answered already.
 *
 * @returns the given answers and the new ones.
 */
export async function ask(
  generator: Generator,
  given: Readonly<Given>,
  catalogue: Catalogue,
): Promise<Given> {
  const plop = await nodePlop('', { destBasePath: process.cwd(), force: false });
  register(plop, catalogue);
  const registered = plop.getGenerator(generator.id);
  const prompts = registered.prompts as readonly { readonly name: string }[];
  const open = prompts.filter((prompt) => !Object.hasOwn(given, prompt.name));
  const answers = await inquirerOf(plop).prompt(open, { ...given });
  return { ...given, ...answers };
}

type Given = Record<string, unknown>;

/** plop hands its Inquirer to plopfiles, though its types do not say so; a second copy would only add weight. */
function inquirerOf(plop: NodePlopAPI): {
  prompt(questions: readonly object[], answers: Given): Promise<Given>;
} {
  return (plop as unknown as { inquirer: ReturnType<typeof inquirerOf> }).inquirer;
}
