import { beforeAll, describe, expect, test } from 'vitest';

import {
  type SourceFile,
  emittedRules,
  ownRules,
  rules,
  scanFiles,
} from '../../src/guard/index.ts';
import { othersRules } from '../../src/guard/others/index.ts';
import { templatesHere } from '../support/catalogue.ts';
import { type Fixture, type FixtureSet, fixturesOf, scan } from './fixtures.ts';
import {
  type Mutant,
  isMadeOf,
  machineries,
  mutantsOf,
  ownMutantsOf,
  withoutKeywords,
} from './support/mutants.ts';

const SETS = [
  { set: 'fixtures', own: rules },
  { set: 'own/fixtures', own: ownRules },
  { set: 'others/fixtures', own: othersRules },
] as const;

let templates: SourceFile[];
beforeAll(async () => {
  const { files } = await templatesHere();
  templates = [...files].map(([path, { text }]) => ({
    path: path.slice(path.indexOf('/') + 1),
    content: text,
  }));
});

// That each rule is needed as a whole, rules.test.ts shows: alone it stands against its fixtures.
describe.each(SETS)('$set', ({ set, own }) => {
  describe.each(own.filter((rule) => ownMutantsOf(rule).length > 0))('$id', (rule) => {
    test.each(ownMutantsOf(rule))('needs its detector $lost', async (mutant) => {
      expect(await missedBy(mutant, set), 'delete the detector, or add a fixture').not.toEqual([]);
    });
  });

  describe.each(own.filter((rule) => rule.keywords))('$id', (rule) => {
    test('finds with its keywords what it finds without them', async () => {
      const patient = withoutKeywords(rule);
      const fixtures = (['refused', 'accepted'] as const).flatMap((kind) =>
        fixturesOf(rule.id, kind, set),
      );
      for (const fixture of fixtures) {
        expect(await linesOf(fixture, [patient]), fixture.name).toEqual(
          await linesOf(fixture, [rule]),
        );
      }
    });
  });
});

describe.each(machineries)('rules that read $name', (machinery) => {
  const made = rules.filter((rule) => isMadeOf(rule, machinery));

  test.each(machinery.detectors)('need the detector %s', async (detector) => {
    const missed: string[] = [];
    for (const mutant of made.flatMap(mutantsOf).filter(({ lost }) => lost === detector)) {
      missed.push(...(await missedBy(mutant, 'fixtures')));
    }
    expect(missed, 'delete the detector, or add a fixture').not.toEqual([]);
  });
});

// Every template is parsed, and judged by every rule.
test('no template holds anything that only the keywords hide', async () => {
  const patient = emittedRules.map(withoutKeywords);
  expect(await scanFiles(templates, { rules: patient, parseAll: true })).toEqual([]);
});

/** The fixtures in which a mutant finds less than is marked. */
async function missedBy({ rule }: Mutant, set: FixtureSet): Promise<string[]> {
  const missed: string[] = [];
  for (const fixture of fixturesOf(rule.id, 'refused', set)) {
    const found = await linesOf(fixture, [rule]);
    if (found.length < fixture.marked.length || found.length === 0) missed.push(fixture.name);
  }
  return missed;
}

/** Where the rules stand against a fixture. What does not parse is found by the engine in the name of a rule. */
async function linesOf(fixture: Fixture, judging: typeof rules): Promise<string[]> {
  const findings = await scan(fixture, judging);
  return findings.map(({ file, line }) => `${file}:${line}`);
}
