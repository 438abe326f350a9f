import { assertModuleName, assertProjectName } from '../answers/names.ts';
import { resolveAnswers } from '../answers/resolve.ts';
import type { Generator } from '../define-generator.ts';
import { UserError } from '../errors.ts';
import { packageSpecOr } from '../operations/package-spec.ts';
import type { ModuleInstance, Project } from '../plan/project.ts';
import { unreadable } from './manifest.ts';

const GENERATOR_ID = /^[a-z][a-z-]{0,40}$/;

/**
 * Holds what a manifest records against the rules for what is typed: it came with the repository, perhaps from a
 * stranger, and its names go into the managed indexes as code.
 *
 * @throws UserError `E_MANIFEST`
 */
export function assertSound(project: Project, generators: ReadonlyMap<string, Generator>): void {
  try {
    assertProjectName(project.name);
    packageSpecOr(project.packageSpec);
    for (const module of project.modules) assertSoundModule(module, generators);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw unreadable('holds a name or an answer that would have been refused');
  }
  const ids = project.modules.map(({ module }) => module);
  if (new Set(ids).size < ids.length) throw unreadable('has one module twice');
}

function assertSoundModule(
  { generator: id, name, answers }: ModuleInstance,
  generators: ReadonlyMap<string, Generator>,
): void {
  const generator = generators.get(id);
  if (!generator) {
    if (!GENERATOR_ID.test(id)) throw unreadable('names a generator that cannot be');
    return;
  }
  if (generator.named) assertModuleName(name, generator.named);
  else if (name !== '') throw unreadable('names a module that takes no name');
  resolveAnswers(generator, answers, name);
}
