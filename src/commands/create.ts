import { basename, relative } from 'node:path';
import { visible } from '../answers/invisible.ts';
import { generatorNamed } from '../catalogue.ts';
import type { Answers } from '../answers/answer.ts';
import { EXIT, UserError } from '../errors.ts';
import type { StepResult } from '../after/step-result.ts';
import { firstTest, install, interruptedExit, refresh, startHistory } from '../after/steps.ts';
import { type Created, createProject } from '../operations/create.ts';
import { planLines } from '../plan/plan.ts';
import { presets } from '../presets.ts';
import { shippedCatalogue } from '../shipped.ts';
import { withProgress } from '../terminal/progress.ts';
import { type Arguments, type Flags, readArguments } from './arguments.ts';
import { closingScreen } from './closing-screen.ts';
import { readAnswers } from './given-answers.ts';
import { printJson } from './print.ts';
import type { Command } from './command.ts';

/** `create-secure-app [directory]` */
export const createCommand: Command = async (argv) => {
  const catalogue = await shippedCatalogue();
  const app = generatorNamed(catalogue, 'app');
  const args = readArguments(argv, app);
  const { flags } = args;
  const given = await givenAnswers(args);
  const asked = isInteractive(flags)
    ? await (await import('./ask-create.ts')).askCreate(args, given, catalogue)
    : given;
  const directory = directoryOf(args, asked);
  const created = await createProject(
    {
      directory,
      answers: asked,
      dryRun: flags.dryRun,
      ...(flags.packageSpec === undefined ? {} : { packageSpec: flags.packageSpec }),
    },
    catalogue,
  );
  if (flags.dryRun) return showPlan(created, flags);
  const steps = await afterwards(created.directory, flags);
  const failed = steps.some((step) => !step.ok && !step.optional);
  if (flags.json)
    printJson({ ok: !failed, directory: created.directory, files: created.files, steps });
  else
    process.stdout.write(
      closingScreen(created, steps, relative(process.cwd(), created.directory) || '.'),
    );
  return interruptedExit(steps) ?? (failed ? EXIT.environment : 0);
};

/** Later sources win: preset, then `--answers`, then single flags. */
async function givenAnswers({ flags, given }: Arguments): Promise<Record<string, unknown>> {
  const fromPreset = flags.preset === undefined ? {} : presetAnswers(flags.preset);
  const fromFile = flags.answers === undefined ? {} : await readAnswers(flags.answers);
  return { ...fromPreset, ...fromFile, ...given };
}

function presetAnswers(name: string): Answers {
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset) return preset.answers;
  throw new UserError(
    'E_PRESET',
    EXIT.usage,
    'There is no preset of that name.',
    `There are: ${Object.keys(presets).join(', ')}.`,
  );
}

/** Only a person at a terminal is asked. */
export function isInteractive(flags: Flags): boolean {
  return (
    Boolean(process.stdin.isTTY && process.stdout.isTTY) &&
    !flags.yes &&
    !flags.json &&
    flags.answers === undefined
  );
}

function directoryOf(
  { positionals }: Arguments,
  answers: Readonly<Record<string, unknown>>,
): string {
  const [directory, ...more] = positionals;
  if (more.length > 0) {
    throw new UserError(
      'E_USAGE',
      EXIT.usage,
      'One directory at a time.',
      'See `create-secure-app --help`.',
    );
  }
  if (directory !== undefined) return directory;
  if (typeof answers['name'] === 'string') return answers['name'];
  throw new UserError(
    'E_USAGE',
    EXIT.usage,
    'Say where the project goes.',
    'Run `create-secure-app my-app`.',
  );
}

function showPlan(created: Created, flags: Flags): number {
  const lines = planLines(created.plan);
  if (flags.json)
    printJson({
      ok: true,
      dryRun: true,
      directory: created.directory,
      files: created.files,
      plan: lines,
    });
  else
    process.stdout.write(
      `${lines.join('\n')}\n${created.files.length} files in ${visible(basename(created.directory))}; nothing was written.\n`,
    );
  return 0;
}

/** Each step needs the one before it; the first failure ends them. */
async function afterwards(root: string, flags: Flags): Promise<StepResult[]> {
  const steps: StepResult[] = [];
  if (flags.git) steps.push(await startHistory(root));
  if (!flags.install || interruptedExit(steps)) return steps;
  for (const [label, step] of [
    ['Installing the locked dependencies', install],
    ['Writing the derived files', refresh],
    ['Running the tests for the first time', firstTest],
  ] as const) {
    const result = flags.json ? await step(root) : await withProgress(label, () => step(root));
    steps.push(result);
    if (!result.ok) break;
  }
  return steps;
}
