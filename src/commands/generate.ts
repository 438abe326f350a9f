import { type Catalogue, generatorNamed } from '../catalogue.ts';
import type { Generator } from '../define-generator.ts';
import { EXIT, UserError } from '../errors.ts';
import { openProject } from '../operations/open-project.ts';
import { generateModule } from '../operations/generate.ts';
import { shippedCatalogue } from '../shipped.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { isInteractive } from './create.ts';
import { finishChange } from './finish-change.ts';
import { readAnswers } from './given-answers.ts';
import { withVariant } from './variant.ts';
import type { Command } from './command.ts';

/** `create-secure-app generate <generator> [name]` */
export const generateCommand: Command = async (given) => {
  const catalogue = await shippedCatalogue();
  const argv = withVariant(given, catalogue);
  const generator = generatorIn(argv, catalogue);
  const args = readArguments(argv, generator);
  if (!generator) throw usage(catalogue);
  openProject('.', catalogue);
  const answers = await answersFor(generator, args, catalogue);
  const changed = await generateModule(
    { directory: '.', generator: generator.id, answers, dryRun: args.flags.dryRun },
    catalogue,
  );
  return finishChange(changed, args.flags);
};

/** The generator's questions are flags, so it has to be known before the flags can be read. */
function generatorIn(argv: readonly string[], catalogue: Catalogue): Generator | undefined {
  const [first] = argv;
  return first === undefined || first.startsWith('-')
    ? undefined
    : generatorNamed(catalogue, first);
}

async function answersFor(
  generator: Generator,
  args: Arguments,
  catalogue: Catalogue,
): Promise<Record<string, unknown>> {
  const { flags, positionals, given } = args;
  const [, name, ...more] = positionals;
  if (more.length > 0) {
    throw new UserError(
      'E_USAGE',
      EXIT.usage,
      'One name at a time.',
      'See `create-secure-app --help`.',
    );
  }
  const answers = {
    ...(flags.answers === undefined ? {} : await readAnswers(flags.answers)),
    ...given,
    ...(name === undefined ? {} : { name }),
  };
  if (!isInteractive(flags)) return answers;
  const { ask } = await import('../terminal/ask.ts');
  return ask(generator, answers, catalogue);
}

function usage(catalogue: Catalogue): UserError {
  const ids = [...catalogue.generators.values()]
    .filter(({ kind }) => kind === 'module')
    .map(({ id }) => id);
  return new UserError(
    'E_USAGE',
    EXIT.usage,
    'Say what to generate.',
    `There are: ${ids.join(', ')}.`,
  );
}
