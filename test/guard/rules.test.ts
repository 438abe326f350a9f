import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import controls from '../../src/controls.json' with { type: 'json' };
import { rules } from '../../src/guard/index.ts';
import { fixturesOf, isAnswers, scan } from './fixtures.ts';

const ids = new Set(controls.controls.map((control) => control.id));

test('every rule has fixtures, and every fixture folder a rule', () => {
  const folders = readdirSync(join(import.meta.dirname, 'fixtures')).sort();
  expect(folders).toEqual(rules.map((rule) => rule.id).sort());
});

describe.each(rules)('$id', (rule) => {
  const others = rules.filter((other) => other !== rule);

  test('names a control, an attack and a way out', () => {
    expect(ids).toContain(rule.control);
    expect(rule.reason).toMatch(/^[A-Z].*\.$/);
    expect(rule.wayOut).toMatch(/^[A-Z].*\.$/);
  });

  test.each(fixturesOf(rule.id, 'refused'))('refuses $name', async (fixture) => {
    const findings = await scan(fixture, rules);
    expect(findings.map((finding) => finding.rule)).toContain(rule.id);
    const places = findings.map((finding) => `${finding.file}:${finding.line}`);
    if (!isAnswers(fixture)) expect([...new Set(places)].sort()).toEqual(fixture.marked);
  });

  test.each(fixturesOf(rule.id, 'refused'))('alone stands against $name', async (fixture) => {
    expect(await scan(fixture, others)).toEqual([]);
  });

  test.each(fixturesOf(rule.id, 'accepted'))('accepts $name', async (fixture) => {
    expect(await scan(fixture, rules)).toEqual([]);
  });
});
