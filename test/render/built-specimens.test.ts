import { expect, test } from 'vitest';
import { generators } from '../../generators/index.ts';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import { moduleId } from '../../src/plan/project.ts';
import { printBuilt } from '../../src/render/typed-builders.ts';
import { templatesHere } from '../support/catalogue.ts';

const built = generators.flatMap((generator) =>
  Object.entries(generator.builds ?? {}).map(([path, build]) => ({ generator, path, build })),
);

test.each(built)(
  'templates/$generator.id/$path is what is built',
  async ({ generator, path, build }) => {
    const { files } = await templatesHere();
    const name = generator.specimen ?? '';
    const facts = {
      module: moduleId(generator, name),
      name,
      answers: resolveAnswers(generator, {}),
    };
    expect(await printBuilt(build(facts), path)).toBe(files.get(`${generator.id}/${path}`)?.text);
  },
);
