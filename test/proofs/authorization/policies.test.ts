import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPolicies } from '@app/platform/authorization/decide';
import { MOST_ROLES } from '@app/platform/authorization/roles';
import { folderWith } from '../../platform/test/support/folder.ts';
import {
  APP_POLICIES,
  APP_SCHEMA,
  FILES,
  SHELF_POLICIES,
} from '../../platform/test/support/policies.ts';

test('a folder of schemas and policies becomes one bundle', async (t) => {
  const policies = await loadPolicies(await folderWith(t, FILES));
  assert.deepEqual(policies.actions, [
    'Shelf::Action::"greet"',
    'Shelf::Action::"read"',
    'Shelf::Action::"write"',
  ]);
  assert.deepEqual(policies.roles, ['member', 'operator']);
  assert.match(policies.version, /^[0-9a-f]{64}$/);
});

test('the walls alone load before any module has declared an action', async (t) => {
  const files = { 'app.cedar': APP_POLICIES, 'app.cedarschema': APP_SCHEMA };
  const policies = await loadPolicies(await folderWith(t, files));
  assert.deepEqual(policies.actions, []);
});

test('the version names the content: same text, same version; one character, another', async (t) => {
  const versionOf = async (change: Record<string, string>) =>
    (await loadPolicies(await folderWith(t, { ...FILES, ...change }))).version;

  const version = await versionOf({});
  assert.equal(await versionOf({}), version);
  assert.equal(await versionOf({ 'app.cedar': APP_POLICIES.replaceAll('\n', '\r\n') }), version);
  assert.equal(await versionOf({ 'README.md': 'not a policy' }), version);
  assert.notEqual(await versionOf({ 'app.cedar': APP_POLICIES.replace('80', '81') }), version);
  assert.notEqual(await versionOf({ 'app.cedarschema': `${APP_SCHEMA}// note\n` }), version);
});

const READ = 'action == Shelf::Action::"read"';
const MEMBER = 'principal in App::Role::"member"';

const refused: Record<string, [string, RegExp]> = {
  'a permit of everything to everybody (AUTHZ-4)': [
    '@id("x") permit (principal, action, resource);',
    /@id\("x"\) permits without saying what and to whom/,
  ],
  'a permit on a condition that says nothing of the principal (AUTHZ-4)': [
    `@id("x") permit (principal, ${READ}, resource) when { true } unless { context.risk > 10 };`,
    /permits without saying/,
  ],
  'a permit to every user, which is everybody (AUTHZ-4)': [
    `@id("x") permit (principal is App::User, ${READ}, resource);`,
    /permits without saying/,
  ],
  'an attribute that the schema does not declare (AUTHZ-5)': [
    `@id("x") permit (${MEMBER}, ${READ}, resource) when { resource.ownr == principal };`,
    /ownr/,
  ],
  'a wall that never stands (AUTHZ-5)': [
    '@id("x") forbid (principal, action, resource) when { false };',
    /impossible/,
  ],
  'a policy without an @id': [
    `permit (${MEMBER}, ${READ}, resource);`,
    /more\.cedar holds a policy without an @id\("like-this"\): permit \(principal in/,
  ],
  'an @id that is no name': [
    `@id("No Name") permit (${MEMBER}, ${READ}, resource);`,
    /without an @id/,
  ],
  'an @id that another file uses': [
    '@id("tenant-wall") forbid (principal, action, resource);',
    /@id\("tenant-wall"\) stands in app\.cedar and again in more\.cedar/,
  ],
  'an action that the schema does not declare (AUTHZ-5)': [
    `@id("x") permit (${MEMBER}, action == Shelf::Action::"raed", resource);`,
    /raed/,
  ],
  'an optional attribute that is read without asking (AUTHZ-5)': [
    `@id("x") permit (${MEMBER}, ${READ}, resource) when { resource.pages > 1 };`,
    /pages/,
  ],
  'a template, which nothing links': [
    '@id("x") permit (principal == ?principal, action, resource);',
    /more\.cedar holds a policy template/,
  ],
  'text that is no policy': ['@id("x") permit principal;', /more\.cedar does not parse/],
};

for (const [what, [policy, sentence]] of Object.entries(refused)) {
  test(`the boot stops at ${what}`, async (t) => {
    const folder = await folderWith(t, { ...FILES, 'more.cedar': policy });
    await assert.rejects(loadPolicies(folder), sentence);
  });
}

test('a role, an owner or a forbid for all needs no more than it says (AUTHZ-4)', async (t) => {
  const folder = await folderWith(t, {
    ...FILES,
    'more.cedar': `
      @id("by-role") permit (${MEMBER}, action in [Shelf::Action::"read"], resource);
      @id("by-owner") permit (principal, ${READ}, resource) when { resource.owner == principal };
      @id("by-name") permit (principal == App::User::"root", ${READ}, resource);
      @id("by-type-and-role")
      permit (principal is App::User in App::Role::"member", ${READ}, resource);
      @id("for-all") forbid (principal, action, resource) when { context.risk == 99 };`,
  });
  await loadPolicies(folder);
});

test('an action for other principals, or without the whole context, stops the boot (AUTHZ-5)', async (t) => {
  for (const applies of [
    'principal: Robot, resource: [Thing], context: App::Context',
    'principal: [App::User, Robot], resource: [Thing], context: App::Context',
    'principal: App::User, resource: [Thing], context: { risk: Long }',
    'principal: App::User, resource: [Thing]',
  ]) {
    const schema = `namespace More {
      entity Robot; entity Thing { tenant: App::Tenant };
      action "use" appliesTo { ${applies} };
    }`;
    const folder = await folderWith(t, { ...FILES, 'more.cedarschema': schema });
    await assert.rejects(loadPolicies(folder), /More::Action::"use" must apply to principal/);
  }
});

test('a namespace that two files declare stops the boot', async (t) => {
  const folder = await folderWith(t, { ...FILES, 'more.cedarschema': 'namespace Shelf {}' });
  await assert.rejects(loadPolicies(folder), /duplicate namespace/);
});

test('policies of the removed file no longer count', async (t) => {
  const { 'shelf.cedar': _, ...rest } = FILES;
  const without = await loadPolicies(await folderWith(t, rest));
  const withThem = await loadPolicies(
    await folderWith(t, { ...rest, 'shelf.cedar': SHELF_POLICIES }),
  );
  assert.notEqual(without.version, withThem.version);
});

test('a schema with more roles than a reviewer can read stops the boot (AUTHZ-1)', async (t) => {
  const roles = (count: number) => Array.from({ length: count }, (_, index) => `"role-${index}"`);
  const files = (count: number) => ({
    'app.cedarschema': APP_SCHEMA.replace('"member", "operator"', roles(count).join(', ')),
    'app.cedar': APP_POLICIES,
  });
  const loading = async (count: number) => loadPolicies(await folderWith(t, files(count)));
  await assert.rejects(loading(MOST_ROLES + 1), /declares more than 100 roles/);
  assert.equal((await loading(MOST_ROLES)).roles.length, MOST_ROLES);
});

test('a schema without a closed set of roles stops the boot (AUTHZ-1)', async (t) => {
  const open = APP_SCHEMA.replace('entity Role enum ["member", "operator"]', 'entity Role');
  for (const schema of [open, 'namespace App { entity User; }', '']) {
    const files = { 'app.cedarschema': schema, 'app.cedar': APP_POLICIES };
    await assert.rejects(loadPolicies(await folderWith(t, files)), /no closed set of roles/);
  }
});
