import { generators as shipped } from '../generators/index.ts';
import { checkGenerators } from './check-generators.ts';
import type { Generator } from './define-generator.ts';
import { EXIT, UserError } from './errors.ts';
import type { TemplateSet } from './templates.ts';

/** The generators with the templates they emit, checked against one another. */
export interface Catalogue {
  readonly generators: ReadonlyMap<string, Generator>;
  readonly templates: TemplateSet;
}

/** @throws UserError `E_GENERATORS` naming every fault, before anything can be written. */
export function catalogueOf(
  templates: TemplateSet,
  generators: readonly Generator[] = shipped,
): Catalogue {
  const faults = checkGenerators(generators, templates);
  if (faults.length === 0)
    return {
      generators: new Map(generators.map((generator) => [generator.id, generator])),
      templates,
    };
  const [first = '', ...rest] = faults;
  throw new UserError(
    'E_GENERATORS',
    EXIT.environment,
    first,
    'Mend the generator, or install the package again.',
    {
      details: rest,
    },
  );
}

/** @throws UserError `E_GENERATOR` */
export function generatorNamed(catalogue: Catalogue, id: string): Generator {
  const generator = catalogue.generators.get(id);
  if (generator) return generator;
  throw new UserError(
    'E_GENERATOR',
    EXIT.usage,
    'There is no generator of that name.',
    `There are: ${[...catalogue.generators.keys()].join(', ')}. See \`create-secure-app list\`.`,
  );
}
