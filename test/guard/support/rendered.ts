import { type Catalogue, generatorNamed } from '../../../src/catalogue.ts';
import { resolveAnswers } from '../../../src/answers/resolve.ts';
import type { Answers } from '../../../src/answers/answer.ts';
import { planProject } from '../../../src/plan/plan.ts';
import { type ModuleInstance, instantiate } from '../../../src/plan/project.ts';
import { withModuleAndNeeds } from '../../../src/plan/requirements.ts';
import { type RenderedFile, render } from '../../../src/render/render.ts';

/** A project's files as they would be written, with modules added to what `create` makes of the answers. */
export async function renderedProject(
  catalogue: Catalogue,
  given: Answers,
  added: readonly ModuleInstance[],
): Promise<readonly RenderedFile[]> {
  const app = generatorNamed(catalogue, 'app');
  const answers = resolveAnswers(app, given);
  const brought = (app.brings?.(answers) ?? []).map((id) => moduleOf(catalogue, id, ''));
  const project = {
    name: 'acme',
    packageSpec: 'create-secure-app@0.0.0',
    modules: [...brought, ...added].reduce<readonly ModuleInstance[]>(
      (modules, module) => withModuleAndNeeds(modules, module, catalogue),
      [instantiate(app, '', answers)],
    ),
  };
  const plan = planProject(project, catalogue.generators, catalogue.templates);
  return (await render(plan, catalogue.templates)).files;
}

/** A module as its generator makes it from the default answers. */
export function moduleOf(catalogue: Catalogue, id: string, name: string): ModuleInstance {
  const generator = generatorNamed(catalogue, id);
  return instantiate(generator, name, resolveAnswers(generator, {}));
}
