import { resolveAnswers } from '../answers/resolve.ts';
import { type Catalogue, generatorNamed } from '../catalogue.ts';
import { type ModuleInstance, instantiate } from './project.ts';

/**
 * The modules with one more, and before it those it needs that are not there yet: nobody should have to know what a
 * generator builds on. What is required takes no name and no answers (`checkGenerators`), so there is nothing to ask.
 */
export function withModuleAndNeeds(
  modules: readonly ModuleInstance[],
  added: ModuleInstance,
  catalogue: Catalogue,
): readonly ModuleInstance[] {
  const present = new Set(modules.map(({ generator }) => generator));
  const needs = generatorNamed(catalogue, added.generator)
    .requires.filter((id) => !present.has(id))
    .map((id) => unasked(id, catalogue));
  const base = needs.reduce((sofar, need) => withModuleAndNeeds(sofar, need, catalogue), modules);
  return base.some(({ module }) => module === added.module) ? base : [...base, added];
}

/** A module that nobody was asked about: no name, and the default of every answer. */
export function unasked(id: string, catalogue: Catalogue): ModuleInstance {
  const generator = generatorNamed(catalogue, id);
  return instantiate(generator, '', resolveAnswers(generator, {}));
}
