import { type Catalogue, generatorNamed } from '../catalogue.ts';
import { EXIT, UserError } from '../errors.ts';
import { type Project, moduleId } from '../plan/project.ts';
import { type Changed, changeProject } from './change-project.ts';
import { guardAnswers } from './prepare.ts';

export interface RemoveRequest {
  /** The root of the project. */
  readonly directory: string;
  /** Id of the generator, or of the module itself. */
  readonly module: string;
  /** The name it was generated with, if it has one. */
  readonly name?: string;
  readonly dryRun?: boolean;
}

/**
 * Takes a module out again: the mirror of `generate`. Files the user edited stay; data stays too, until a migration of
 * the user's drops it.
 */
export async function removeModule(request: RemoveRequest, catalogue: Catalogue): Promise<Changed> {
  const { directory, dryRun = false } = request;
  await guardAnswers({ module: request.module, name: request.name ?? '', directory });
  const id = idOf(request, catalogue);
  return changeProject(
    directory,
    ({ manifest }) => withoutModule(manifest.project, id, catalogue),
    catalogue,
    dryRun,
  );
}

function idOf({ module, name }: RemoveRequest, catalogue: Catalogue): string {
  const generator = catalogue.generators.get(module);
  return generator && name !== undefined ? moduleId(generator, name) : module;
}

function withoutModule(project: Project, id: string, catalogue: Catalogue): Project {
  const removed = project.modules.find(({ module }) => module === id);
  if (!removed) throw notThere(project);
  const rest = project.modules.filter((instance) => instance !== removed);
  if (generatorNamed(catalogue, removed.generator).kind === 'app') throw isApp();
  const stillThere = rest.some(({ generator }) => generator === removed.generator);
  const needing = rest.filter(({ generator }) =>
    generatorNamed(catalogue, generator).requires.includes(removed.generator),
  );
  if (!stillThere && needing.length > 0)
    throw needed(
      id,
      needing.map(({ module }) => module),
    );
  return { ...project, modules: rest };
}

function notThere(project: Project): UserError {
  const names = project.modules.slice(1).map(({ module }) => module);
  return new UserError(
    'E_NO_MODULE',
    EXIT.usage,
    'The project has no module of that name.',
    names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none besides the app.',
  );
}

function isApp(): UserError {
  return new UserError(
    'E_IS_APP',
    EXIT.usage,
    'The app is the project itself and cannot be removed from it.',
    'Delete the folder instead.',
  );
}

function needed(id: string, by: readonly string[]): UserError {
  return new UserError(
    'E_REQUIRED',
    EXIT.usage,
    `${by.join(', ')} needs ${id}.`,
    `Remove ${by.join(', ')} first.`,
  );
}
