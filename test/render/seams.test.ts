import fc from 'fast-check';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { moduleNameProblem } from '../../src/answers/names.ts';
import type { Entry } from '../../src/plan/project.ts';
import { instantiate } from '../../src/plan/project.ts';
import { seams } from '../../src/seams/index.ts';
import { tinyModule } from '../support/specimen-catalogue.ts';

const generator = {
  ...tinyModule,
  registers: {
    api: 'probeAcmeSpecimen',
    jobs: 'probeAcmeSpecimenJobs',
    env: true,
    migrations: true,
    infra: 'probeAcmeSpecimenInfra',
  },
};
const entry = (name: string): Entry => ({ generator, instance: instantiate(generator, name, {}) });

const name = fc
  .array(fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/), { minLength: 1, maxLength: 4 })
  .map((words) => words.join('-').slice(0, 30))
  .filter((text) => moduleNameProblem(text) === undefined);

test('an index is printed as Prettier would print it, for any modules', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 8 }), async (names) => {
      for (const seam of seams) {
        const composed = seam.compose(names.map(entry), 'create-secure-app@0.1.0');
        const formatted = await format(composed, {
          parser: 'typescript',
          printWidth: 100,
          singleQuote: true,
        });
        expect(composed, seam.path).toBe(formatted);
      }
    }),
    { numRuns: 60 },
  );
});

test('an index holds exactly the entries it was composed from', () => {
  for (const seam of seams) {
    const text = seam.compose([entry('one'), entry('two')], 'create-secure-app@0.1.0');
    expect(
      ['one', 'two', 'three', 'on'].map((id) => seam.holds(text, entry(id))),
      seam.path,
    ).toEqual([true, true, false, false]);
  }
});
