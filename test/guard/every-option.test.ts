import { beforeAll, describe, expect, test } from 'vitest';

import { generators } from '../../generators/index.ts';
import type { Catalogue } from '../../src/catalogue.ts';
import type { Answers } from '../../src/answers/answer.ts';
import { emittedRules, scanFiles } from '../../src/guard/index.ts';
import { type ModuleInstance, instantiate } from '../../src/plan/project.ts';
import { presets } from '../../src/presets.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { answerSetsOf, namesFor } from './support/options.ts';
import { renderedProject } from './support/rendered.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await catalogueHere();
});

/** Bytes that an earlier project had at the same path are judged already. */
const judged = new Set<string>();

const app = generators.find(({ kind }) => kind === 'app')!;
const modules = generators.filter(({ kind }) => kind === 'module');

describe('no admin fallback and no inline secret under any option', () => {
  test.each(Object.keys(presets))('preset %s', async (preset) => {
    await expectNothing(presets[preset]?.answers ?? {}, []);
  });

  test.each(answerSetsOf(app).map((answers) => ({ answers })))('$answers', async ({ answers }) => {
    await expectNothing(answers, []);
  });

  describe.each(modules)('$id', (generator) => {
    test.each(answerSetsOf(generator).map((answers) => ({ answers })))(
      'under every name, with $answers',
      async ({ answers }) => {
        for (const name of namesFor(generator)) {
          await expectNothing({ notes: false }, [instantiate(generator, name, answers)]);
        }
      },
    );
  });

  test('all generators in one project', async () => {
    const all = modules.flatMap((generator) =>
      namesFor(generator)
        .slice(0, 2)
        .map((name) => instantiate(generator, name, answerSetsOf(generator)[0] ?? {})),
    );
    expect(await expectNothing({ notes: false }, all)).toBeGreaterThan(100);
  });
});

/** Renders a project and judges its whole tree, every source parsed. Returns how many files there are. */
async function expectNothing(answers: Answers, added: readonly ModuleInstance[]): Promise<number> {
  const files = await renderedProject(catalogue, answers, added);
  const fresh = files.filter(({ path, sha256 }) => !judged.has(`${path} ${sha256}`));
  for (const { path, sha256 } of fresh) judged.add(`${path} ${sha256}`);
  const options = { rules: emittedRules, parseAll: true, project: { files } };
  const findings = await scanFiles(fresh, options);
  expect(findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).toEqual([]);
  return files.length;
}
