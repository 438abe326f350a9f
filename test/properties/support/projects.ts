import fc from 'fast-check';
import { resourceNameProblem } from '../../../generators/resource/name.ts';
import { spellings } from '../../../src/answers/names.ts';
import { resolveAnswers } from '../../../src/answers/resolve.ts';
import type { Answers } from '../../../src/answers/answer.ts';
import { generatorNamed, type Catalogue } from '../../../src/catalogue.ts';
import { instantiate, type Project } from '../../../src/plan/project.ts';
import { presets } from '../../../src/presets.ts';
import { fieldLists } from '../../render/support/field-lists.ts';
import { descriptions, moduleNames, projectNames } from './names.ts';

/** One run of `generate`. */
export interface Run {
  readonly generator: string;
  /** Empty for a generator that takes none. */
  readonly name: string;
  readonly answers: Answers;
}

/** What `create` is given, and the runs of `generate` after it. */
export interface Sample {
  readonly name: string;
  readonly packageSpec: string;
  readonly answers: Answers;
  readonly runs: readonly Run[];
}

const healthCheck: fc.Arbitrary<Run> = moduleNames.map((name) => ({
  generator: 'health-check',
  name,
  answers: {},
}));

const resource: fc.Arbitrary<Run> = fc
  .tuple(
    moduleNames.filter((name) => resourceNameProblem(name) === undefined),
    fc.option(fieldLists, { freq: 6 }),
  )
  .map(([name, fields]) => ({
    generator: 'resource',
    name,
    answers: { fields: fields ?? 'title:text' },
  }));

const integration: fc.Arbitrary<Run> = fc
  .tuple(moduleNames, fc.constantFrom('https://api.example.com', 'https://a-b.example.co.uk:8443'))
  .map(([name, baseUrl]) => ({ generator: 'integration', name, answers: { baseUrl } }));

const modelClient: fc.Arbitrary<Run> = fc
  .tuple(moduleNames, fc.constantFrom('https://api.anthropic.com', 'https://models.example.com'))
  .map(([name, baseUrl]) => ({ generator: 'model-client', name, answers: { baseUrl } }));

const notes: Run = { generator: 'notes', name: '', answers: {} };
const infra: Run = { generator: 'infra', name: '', answers: {} };

/** Runs that a project can take one after the other, in this or any other order. */
export const runLists: fc.Arbitrary<readonly Run[]> = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: fc.constant(notes) },
      { weight: 1, arbitrary: fc.constant(infra) },
      { weight: 3, arbitrary: healthCheck },
      { weight: 2, arbitrary: integration },
      { weight: 1, arbitrary: modelClient },
      { weight: 5, arbitrary: resource },
    ),
    { maxLength: 7 },
  )
  .map((runs) => withoutClashes(runs));

const appAnswers: fc.Arbitrary<Answers> = fc.oneof(
  fc.constantFrom(...Object.values(presets)).map((preset): Answers => ({
    description: 'A service that denies by default.',
    ...preset.answers,
  })),
  fc.record({ description: descriptions, notes: fc.boolean(), infra: fc.boolean() }),
);

const packageSpecs = fc.constantFrom(
  'create-secure-app@0.1.0',
  '@acme/secure-app@12.0.3-rc.1',
  `@${'a'.repeat(100)}/${'b'.repeat(100)}@1.2.3`,
);

/** Everything that a person may create and generate. */
export const samples: fc.Arbitrary<Sample> = fc
  .record({ name: projectNames, packageSpec: packageSpecs, answers: appAnswers, runs: runLists })
  .map((sample) => ({ ...sample, runs: withoutClashes(sample.runs, broughtBy(sample.answers)) }));

/** The project that a sample leads to. */
export function projectOf(
  { name, packageSpec, answers, runs }: Sample,
  catalogue: Catalogue,
): Project {
  const app = generatorNamed(catalogue, 'app');
  return {
    name,
    packageSpec,
    modules: [
      instantiate(app, '', resolveAnswers(app, answers)),
      ...[...broughtBy(answers), ...runs].map((run) =>
        instantiate(generatorNamed(catalogue, run.generator), run.name, run.answers),
      ),
    ],
  };
}

/** What `create` runs along with the app. */
export function broughtBy(answers: Answers): Run[] {
  return [notes, infra].filter(({ generator }) => answers[generator] === true);
}

/** Leaves out what would share a folder, an identifier or a table with one before it: those are refused, and tested so. */
function withoutClashes(runs: readonly Run[], before: readonly Run[] = []): Run[] {
  const taken = new Set(before.flatMap(claimsOf));
  return runs.filter((run) => {
    const claims = claimsOf(run);
    if (claims.some((claim) => taken.has(claim))) return false;
    for (const claim of claims) taken.add(claim);
    return true;
  });
}

function claimsOf({ generator, name }: Run): string[] {
  if (generator === 'notes') return ['folder notes', 'identifier notes', 'table note'];
  if (generator === 'infra') return ['folder infra'];
  if (generator === 'integration') return [`folder integration-${name}`];
  if (generator === 'model-client')
    return [`folder model-client-${name}`, `table model_client_${spellings(name).snake}_budget`];
  const called = generator === 'resource' ? name : `health-check-${name}`;
  const { camel, snake } = spellings(called);
  const table = generator === 'resource' ? snake : `${snake}_run`;
  return [`folder ${called}`, `identifier ${camel}`, `table ${table}`];
}
