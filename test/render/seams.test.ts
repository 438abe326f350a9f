import fc from 'fast-check';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { moduleNameProblem } from '../../src/answers/names.ts';
import { type Generator } from '../../src/define-generator.ts';
import type { Entry } from '../../src/plan/project.ts';
import { instantiate } from '../../src/plan/project.ts';
import { seams } from '../../src/seams/index.ts';
import { tinyModule } from '../support/specimen-catalogue.ts';

const generator: Generator = {
  ...tinyModule,
  registers: {
    api: 'probeAcmeSpecimen',
    jobs: 'probeAcmeSpecimenJobs',
    env: true,
    migrations: true,
    infra: 'probeAcmeSpecimenInfra',
    cloud: 'probeAcmeSpecimenCloud',
    commands: { 'probe-it': './modules/probe-acme-specimen/command.ts' },
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

// There is one cloud, and commands are those of a generator, which are the same for each of its modules.
const perModule = seams.filter(({ path }) => !/(?:cloud|commands)\.ts$/.test(path));

test('an index holds exactly the entries it was composed from', () => {
  for (const seam of perModule) {
    const text = seam.compose([entry('one'), entry('two')], 'create-secure-app@0.1.0');
    expect(
      ['one', 'two', 'three', 'on'].map((id) => seam.holds(text, entry(id))),
      seam.path,
    ).toEqual([true, true, false, false]);
  }
});

test('a cloud and its commands come from the platform, and one index names the cloud', () => {
  const cloud: Entry = {
    ...entry('one'),
    generator: {
      ...generator,
      registers: {
        cloud: 'aws',
        env: '@app/platform/aws/settings',
        commands: { logins: '@app/platform/aws/logins' },
      },
    },
  };
  const files = seams
    .filter((seam) => seam.takes(cloud))
    .map((seam) => [
      seam.path,
      /'(@app.*aws.*)'/.exec(seam.compose([cloud], 'create-secure-app@0.1.0'))?.[1],
    ]);
  expect(Object.fromEntries(files)).toEqual({
    'services/api/env.ts': '@app/platform/aws/settings',
    'services/api/commands.ts': '@app/platform/aws/logins',
    'services/api/cloud.ts': '@app/platform/aws/cloud',
    'services/api/mailers.ts': '@app/platform/aws/open-mailer',
  });
});

test('without a cloud there is none, and its index imports nothing but a type', () => {
  const [index] = seams.filter(({ path }) => path === 'services/api/cloud.ts');
  expect(index?.compose([], 'create-secure-app@0.1.0')).toMatch(
    /^(?:\/\/.*\n){2}import type .*\n\nexport const cloud: Cloud \| undefined = undefined;\n$/,
  );
});
