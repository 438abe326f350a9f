import { beforeAll, describe, expect, test } from 'vitest';

import {
  type SourceFile,
  emittedRules,
  ownRules,
  rules,
  scanFiles,
} from '../../src/guard/index.ts';
import { templatesHere } from '../support/catalogue.ts';
import { type Fixture, fixturesOf, scan } from './fixtures.ts';
import { mutantsOf, withoutKeywords } from './support/mutants.ts';

const SETS = [
  { set: 'fixtures', own: rules },
  { set: 'own/fixtures', own: ownRules },
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
  describe.each(own.filter((rule) => mutantsOf(rule).length > 0))('$id', (rule) => {
    const refused = fixturesOf(rule.id, 'refused', set);

    test.each(mutantsOf(rule))('needs its detector $lost', async ({ rule: mutant }) => {
      const missed: string[] = [];
      for (const fixture of refused) {
        const found = await linesOf(fixture, [mutant]);
        if (found.length < fixture.marked.length || found.length === 0) missed.push(fixture.name);
      }
      expect(missed, 'no fixture misses this detector: delete it, or add one').not.toEqual([]);
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

test('no template holds anything that only the keywords hide', async () => {
  const patient = emittedRules.map(withoutKeywords);
  expect(await scanFiles(templates, { rules: patient, parseAll: true })).toEqual([]);
});

/** Where the rules stand against a fixture. What does not parse is found by the engine in the name of a rule. */
async function linesOf(fixture: Fixture, judging: typeof rules): Promise<string[]> {
  const findings = await scan(fixture, judging);
  return findings.map(({ file, line }) => `${file}:${line}`);
}
