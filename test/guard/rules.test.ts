import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import controls from '../../src/controls.json' with { type: 'json' };
import { rulesForOthers } from '../../src/check/rules.ts';
import { emittedRules, ownRules, rules } from '../../src/guard/index.ts';
import { othersRules } from '../../src/guard/others/index.ts';
import { type FixtureSet, fixturesOf, folderOf, isAnswers, scan } from './fixtures.ts';

const ids = new Set(controls.controls.map((control) => control.id));

/** Each set is judged together with the rules that it is applied with. */
const SETS = [
  { set: 'fixtures', own: rules, all: rules },
  { set: 'own/fixtures', own: ownRules, all: emittedRules },
  { set: 'others/fixtures', own: othersRules, all: rulesForOthers },
] as const;

describe.each(SETS)('$set', ({ set, own, all }) => {
  test('every rule has fixtures, and every fixture folder a rule', () => {
    expect(readdirSync(folderOf(set)).sort()).toEqual(own.map((rule) => rule.id).sort());
  });

  describe.each(own)('$id', (rule) => {
    const others = all.filter((other) => other !== rule);

    test('names a control, an attack and a way out', () => {
      expect(ids).toContain(rule.control);
      expect(rule.reason).toMatch(/^[A-Z].*\.$/);
      expect(rule.wayOut).toMatch(/^[A-Z].*\.$/);
    });

    test('has five fixtures of each kind at least', () => {
      expect(fixturesOf(rule.id, 'refused', set).length).toBeGreaterThanOrEqual(5);
      expect(fixturesOf(rule.id, 'accepted', set).length).toBeGreaterThanOrEqual(5);
    });

    test.each(refused(rule.id, set))('refuses $name', async (fixture) => {
      const findings = await scan(fixture, all);
      expect(findings.map((finding) => finding.rule)).toContain(rule.id);
      const places = findings.map((finding) => `${finding.file}:${finding.line}`);
      if (!isAnswers(fixture)) expect([...new Set(places)].sort()).toEqual(fixture.marked);
    });

    test.each(refused(rule.id, set))('alone stands against $name', async (fixture) => {
      expect(await scan(fixture, others)).toEqual([]);
    });

    test.each(fixturesOf(rule.id, 'accepted', set))('accepts $name', async (fixture) => {
      expect(await scan(fixture, all)).toEqual([]);
    });
  });
});

function refused(rule: string, set: FixtureSet) {
  return fixturesOf(rule, 'refused', set);
}
