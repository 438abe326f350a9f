import { assertModuleName } from '../answers/names.ts';
import { resolveAnswers } from '../answers/resolve.ts';
import { type Catalogue, generatorNamed } from '../catalogue.ts';
import type { Generator } from '../define-generator.ts';
import { EXIT, UserError } from '../errors.ts';
import { type ModuleInstance, type Project, instantiate } from '../plan/project.ts';
import { withModuleAndNeeds } from '../plan/requirements.ts';
import { type Changed, changeProject } from './change-project.ts';
import { guardAnswers } from './prepare.ts';

export interface GenerateRequest {
  /** The root of the project. */
  readonly directory: string;
  /** Id of the generator. */
  readonly generator: string;
  /** For generators that take one; may stand in the answers instead. */
  readonly name?: string;
  /** Answers by the keys of `schema <generator>`. Absent ones take their defaults. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly dryRun?: boolean;
}

/** Adds a module to a project. Running it again changes nothing. */
export async function generateModule(
  request: GenerateRequest,
  catalogue: Catalogue,
): Promise<Changed> {
  const { answers = {}, directory, dryRun = false } = request;
  await guardAnswers(answers);
  await guardAnswers({ name: request.name ?? '', generator: request.generator, directory });
  const generator = generatorNamed(catalogue, request.generator);
  if (generator.kind === 'app') throw isApp();
  const name = nameFor(generator, request);
  const instance = instantiate(generator, name, resolveAnswers(generator, answers, name));
  return changeProject(
    directory,
    ({ manifest }) => withModule(manifest.project, instance, catalogue),
    catalogue,
    dryRun,
  );
}

function nameFor(generator: Generator, { name, answers = {} }: GenerateRequest): string {
  const given = name ?? answers['name'];
  if (!generator.named) {
    if (given === undefined) return '';
    throw new UserError(
      'E_NAME',
      EXIT.usage,
      `${generator.id} takes no name.`,
      `Run \`create-secure-app generate ${generator.id}\`.`,
    );
  }
  if (given === undefined) {
    const { example } = generator.named;
    throw new UserError(
      'E_NAME',
      EXIT.usage,
      `${generator.id} needs a name.`,
      `Run, say, \`create-secure-app generate ${generator.id} ${example}\`.`,
    );
  }
  assertModuleName(given, generator.named);
  return given;
}

function withModule(project: Project, instance: ModuleInstance, catalogue: Catalogue): Project {
  const existing = project.modules.find(({ module }) => module === instance.module);
  if (!existing)
    return { ...project, modules: withModuleAndNeeds(project.modules, instance, catalogue) };
  if (existing.generator !== instance.generator) throw idTaken();
  if (JSON.stringify(existing.answers) === JSON.stringify(instance.answers)) return project;
  throw new UserError(
    'E_EXISTS',
    EXIT.needsYou,
    `${instance.module} is in the project already, made from other answers.`,
    'Its files are yours: edit them, or remove the module and generate it again.',
  );
}

function idTaken(): UserError {
  return new UserError(
    'E_NAME_TAKEN',
    EXIT.usage,
    'Another generator has made a module of that name in this project.',
    'Choose another name.',
  );
}

function isApp(): UserError {
  return new UserError(
    'E_GENERATOR',
    EXIT.usage,
    'The app generator creates projects; it cannot be added to one.',
    'Run `create-secure-app <directory>` for a new project.',
  );
}
