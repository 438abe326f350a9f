/**
 * The generators as a plop pack: a team's own plopfile loads it beside its generators.
 *
 * @example
 * // plopfile.mjs
 * export default async function (plop) {
 *   await plop.load('create-secure-app/plop');
 *   plop.setGenerator('ours', { ... });
 * }
 *
 * plop lists, asks and calls; what is written goes through this package's own engine, with its guard, its journal and
 * its ownership rules. None of plop's own add, modify or append actions is used.
 *
 * @module
 */
import { join } from 'node:path';
import type { NodePlopAPI, PlopGeneratorConfig } from 'node-plop';
import { assertProjectName, moduleNameProblem, projectNameProblem } from './answers/names.ts';
import type { Catalogue } from './catalogue.ts';
import type { Generator } from './define-generator.ts';
import { EXIT, UserError } from './errors.ts';
import type { Changed } from './operations/change-project.ts';
import { createProject } from './operations/create.ts';
import { generateModule } from './operations/generate.ts';
import { changeLine } from './project/changes.ts';
import { shippedCatalogue } from './shipped.ts';
import { type Prompt, promptsOf } from './terminal/prompts.ts';

/** The one action type: it hands the answers to the engine. */
export const ACTION_TYPE = 'create-secure-app';

type Given = Record<string, unknown>;

/** Registers every generator with a plop instance. Destination paths are relative to plop's destination. */
export default async function createSecureAppPack(plop: NodePlopAPI): Promise<void> {
  // plop shows a pack that cannot be loaded and then ends as if all were well, which CI would believe.
  const exitCode = process.exitCode;
  process.exitCode = EXIT.environment;
  // What `plop.load` takes over from a pack; left alone, it would take nothing.
  plop.setDefaultInclude({ generators: true, actionTypes: true });
  register(plop, await shippedCatalogue());
  process.exitCode = exitCode;
}

/** As the default export, with the catalogue given. */
export function register(plop: NodePlopAPI, catalogue: Catalogue): void {
  plop.setActionType(ACTION_TYPE, async (answers, config) => {
    const generator = catalogue.generators.get(
      (config as { generator?: string } | undefined)?.generator ?? '',
    );
    if (!generator) throw new Error('The action names no generator of create-secure-app.');
    return worded(() => run(generator, answers as Given, plop.getDestBasePath(), catalogue));
  });
  for (const generator of catalogue.generators.values()) {
    plop.setGenerator(generator.id, {
      description: generator.summary,
      prompts: [
        ...namePrompt(generator),
        ...promptsOf(generator),
      ] as PlopGeneratorConfig['prompts'],
      actions: [{ type: ACTION_TYPE, generator: generator.id } as never],
    });
  }
}

async function run(
  generator: Generator,
  answers: Given,
  destination: string,
  catalogue: Catalogue,
): Promise<string> {
  if (generator.kind === 'app') {
    // plop renders what is missing as nothing, or as the word `undefined`.
    const name = typeof answers['name'] === 'string' ? answers['name'] : '';
    assertProjectName(name);
    const directory = join(destination, name);
    const created = await createProject({ directory, answers }, catalogue);
    return `${created.files.length} files in ${directory}; next: npm ci, npm start`;
  }
  const changed = await generateModule(
    { directory: destination, generator: generator.id, answers },
    catalogue,
  );
  return summarised(changed);
}

/** plop reports an action as failed only when it throws: what needs a person must not look like success. */
function summarised({ changes, npmInstall }: Changed): string {
  const left = changes.flatMap((change) =>
    change.kind === 'needs-you'
      ? [changeLine(change), ...change.lines.map((line) => `    ${line}`)]
      : [],
  );
  if (left.length > 0) throw new Error(`Something is left to you:\n${left.join('\n')}`);
  const done = changes.filter((change) => change.kind !== 'unchanged').map(changeLine);
  return [
    ...(done.length > 0 ? done : ['nothing to change']),
    `next: ${npmInstall ? 'npm install, ' : ''}npm run refresh`,
  ].join('\n');
}

async function worded(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new Error([cause.message, ...cause.details, cause.wayOut].join('\n'), { cause });
  }
}

/** The name comes first: everything else is asked about it. */
export function namePrompt(generator: Generator): Prompt[] {
  if (generator.kind !== 'app' && !generator.named) return [];
  const problemOf = (name: string): string | undefined =>
    generator.kind === 'app'
      ? projectNameProblem(name)
      : (moduleNameProblem(name) ?? generator.named?.problem?.(name));
  return [
    {
      type: 'input',
      name: 'name',
      message: generator.named?.message ?? 'What is the project called',
      default: generator.kind === 'app' ? 'my-app' : generator.named?.example,
      validate: (value) => problemOf(String(value)) ?? true,
    },
  ];
}
