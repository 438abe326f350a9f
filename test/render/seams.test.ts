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
    cloud: 'probeAcmeSpecimenCloud',
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

test('what a cloud brings is reached by one file for each thing that a program may do', () => {
  const cloud = {
    ...entry('one'),
    generator: { ...generator, registers: { cloud: 'probe', env: true } },
  };
  const files = new Map(
    seams
      .filter((seam) => seam.takes(cloud))
      .map((seam) => [seam.path, seam.compose([cloud], 'create-secure-app@0.1.0')]),
  );
  expect(
    Object.fromEntries(
      [...files].map(([path, text]) => [path, /from '(.*one.*)'/.exec(text)?.[1]]),
    ),
  ).toEqual({
    'services/api/env.ts': './modules/probe-one/env.ts',
    'services/api/store-kinds.ts': './modules/probe-one/stores.ts',
    'services/api/commands/store-kinds.ts': '../modules/probe-one/changed-stores.ts',
    'services/api/database-sign-ins.ts': './modules/probe-one/database-sign-in.ts',
    'services/api/mailer-kinds.ts': './modules/probe-one/mailer.ts',
  });
});

test('without a cloud every index of clouds is empty, and imports nothing but its type', () => {
  const ofClouds = seams.filter((seam) => /kinds|sign-ins/.test(seam.path));
  expect(ofClouds).toHaveLength(4);
  for (const seam of ofClouds)
    expect(seam.compose([], 'create-secure-app@0.1.0')).toMatch(
      /^(?:\/\/.*\n){2}import type .*\n\nexport const \w+: readonly \w+\[\] = \[\];\n$/,
    );
});
