import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';

import { type Rule, ownRules, scanFiles } from '../../../src/guard/index.ts';
import { ENVIRONMENT_PLACES } from '../../../src/guard/own/environment-outside-config.ts';
import { ROLE_PLACES, ROLES } from '../../../src/guard/own/role-outside-schema.ts';
import { templatesHere } from '../../support/catalogue.ts';

const SCHEMA = new URL('../../../templates/app/policies/app.cedarschema', import.meta.url);

let templates: { path: string; content: string }[];
beforeAll(async () => {
  const { files } = await templatesHere();
  templates = [...files].map(([path, { text }]) => ({
    path: path.slice(path.indexOf('/') + 1),
    content: text,
  }));
});

test('the roles that no code may name are those of the schema', () => {
  const [, listed = ''] = /entity Role enum \[([^\]]+)\]/.exec(readFileSync(SCHEMA, 'utf8')) ?? [];
  expect(listed.split(',').map((role) => role.trim())).toEqual(ROLES.map((role) => `"${role}"`));
});

describe.each([
  ['role-outside-schema', ROLE_PLACES],
  ['environment-outside-config', ENVIRONMENT_PLACES],
] as const)('%s', (id, places) => {
  // Without the exemptions, whatever the rule finds must lie in one of them, and each of them must be needed.
  test.each(places)('leaves $path alone for a reason that holds', async ({ path, reason }) => {
    const there = templates.filter((file) => new RegExp(`^(?:${path})$`).test(file.path));
    const findings = await scanFiles(there, { rules: [everywhere(id)] });
    expect(findings, `${path} needs no exemption any more`).not.toEqual([]);
    expect(reason).toMatch(/^[A-Z].*\.$/);
  });

  test('finds nothing anywhere else', async () => {
    const exempt = new RegExp(`^(?:${places.map(({ path }) => path).join('|')})$`);
    const findings = await scanFiles(templates, { rules: [everywhere(id)], parseAll: true });
    expect(findings.filter(({ file }) => !exempt.test(file))).toEqual([]);
  });
});

function everywhere(id: string): Rule {
  const rule = ownRules.find((candidate) => candidate.id === id);
  if (!rule) throw new Error(`no rule ${id}`);
  return { ...rule, files: /\.ts$/ };
}
