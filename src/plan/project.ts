import type { Answers } from '../answers/answer.ts';
import type { Facts, Generator } from '../define-generator.ts';
import { EXIT, UserError } from '../errors.ts';

/** One module in a project: which generator made it, and from what. */
export interface ModuleInstance {
  readonly generator: string;
  /** Unique in the project, and the name of its folders. */
  readonly module: string;
  /** Empty for generators that take no name. */
  readonly name: string;
  readonly answers: Answers;
}

/** All that determines an emitted tree. Same project, same bytes. */
export interface Project {
  readonly name: string;
  /** What prose tells people to run, such as `create-secure-app@0.1.0`. */
  readonly packageSpec: string;
  /** In the order they were added; the app comes first. */
  readonly modules: readonly ModuleInstance[];
}

/** A module beside the generator that made it. */
export interface Entry {
  readonly instance: ModuleInstance;
  readonly generator: Generator;
}

export function moduleId(generator: Generator, name: string): string {
  if (!generator.named) return generator.id;
  return generator.named.bare ? name : `${generator.id}-${name}`;
}

export function instantiate(generator: Generator, name: string, answers: Answers): ModuleInstance {
  return { generator: generator.id, module: moduleId(generator, name), name, answers };
}

export function factsOf(instance: ModuleInstance): Facts {
  return { module: instance.module, name: instance.name, answers: instance.answers };
}

/**
 * Pairs modules with their generators and checks that everything they require is there.
 *
 * @throws UserError `E_REQUIRES`, `E_GENERATOR`
 */
export function entriesOf(project: Project, generators: ReadonlyMap<string, Generator>): Entry[] {
  const present = new Set(project.modules.map((instance) => instance.generator));
  return project.modules.map((instance) => {
    const generator = generators.get(instance.generator);
    if (!generator) throw unknownGenerator(instance.generator);
    const missing = generator.requires.filter((id) => !present.has(id));
    if (missing.length > 0) throw missingModule(instance.module, missing);
    return { instance, generator };
  });
}

function unknownGenerator(id: string): UserError {
  return new UserError(
    'E_GENERATOR',
    EXIT.usage,
    `The project has a module made by "${id}", which this version does not know.`,
    'Run the version that is named in secure-app.json.',
  );
}

function missingModule(module: string, missing: readonly string[]): UserError {
  return new UserError(
    'E_REQUIRES',
    EXIT.usage,
    `${module} needs ${missing.join(', ')}.`,
    `Add it first: ${missing.map((id) => `create-secure-app generate ${id}`).join(', ')}.`,
  );
}
