import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';

import { type Rule, type SourceFile, ownRules, scanFiles } from '../../../src/guard/index.ts';
import { ENVIRONMENT_PLACES } from '../../../src/guard/own/environment-outside-config.ts';
import { ROLE_PLACES, ROLES } from '../../../src/guard/own/role-outside-schema.ts';
import { catalogueHere } from '../../support/catalogue.ts';
import { moduleOf, renderedProject } from '../support/rendered.ts';

const SCHEMA = new URL('../../../templates/app/policies/app.cedarschema', import.meta.url);

// Everything at once, and a module that is called what a role is.
let files: readonly SourceFile[];
beforeAll(async () => {
  const catalogue = await catalogueHere();
  files = await renderedProject(catalogue, { notes: true }, [
    moduleOf(catalogue, 'health-check', 'queue'),
    moduleOf(catalogue, 'resource', 'member'),
    moduleOf(catalogue, 'webhook', 'member'),
    moduleOf(catalogue, 'outbound-webhook', 'member'),
  ]);
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
    const there = files.filter((file) => new RegExp(`^(?:${path})$`).test(file.path));
    const findings = await scanFiles(there, { rules: [everywhere(id)] });
    expect(findings, `${path} needs no exemption any more`).not.toEqual([]);
    expect(reason).toMatch(/^[A-Z].*\.$/);
  });

  test('finds nothing anywhere else', async () => {
    const exempt = new RegExp(`^(?:${places.map(({ path }) => path).join('|')})$`);
    const findings = await scanFiles(files, { rules: [everywhere(id)], parseAll: true });
    expect(findings.filter(({ file }) => !exempt.test(file))).toEqual([]);
  });
});

function everywhere(id: string): Rule {
  const rule = ownRules.find((candidate) => candidate.id === id);
  if (!rule) throw new Error(`no rule ${id}`);
  return { ...rule, files: /\.ts$/ };
}
