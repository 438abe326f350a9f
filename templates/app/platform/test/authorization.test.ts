import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { Question } from '../src/authorization/decide.ts';
import { loadPolicies } from '../src/authorization/decide.ts';
import type { RoleChange } from '../src/authorization/roles.ts';
import { grantRole, revokeRole, rolesOf } from '../src/authorization/roles.ts';
import type { CallerFacts } from '../src/sessions/caller.ts';
import { openPlatformDatabase } from './support/database.ts';
import { folderWith } from './support/folder.ts';
import { APP_SCHEMA, askPolicies, BOOK, FILES } from './support/policies.ts';

const POLICIES = await loadPolicies(await folderWith({ after }, FILES));
const asked = askPolicies(POLICIES);
const database = await openPlatformDatabase();
after(() => database.close());

const DENIED_BY_DEFAULT = { allow: false, reasons: [] };
const INVALID = { allow: false, reasons: ['error:invalid-request'] };

test('what a policy permits is allowed, and the answer names it', () => {
  assert.deepEqual(asked(), { allow: true, reasons: ['member-reads-own'] });
});

test('what no policy permits is denied (AUTHZ-5)', () => {
  assert.deepEqual(asked({ roles: [] }), DENIED_BY_DEFAULT);
  assert.deepEqual(asked({ subject: 'bob' }), DENIED_BY_DEFAULT);
  assert.deepEqual(asked({}, { action: 'Shelf::Action::"write"' }), DENIED_BY_DEFAULT);
});

test('a wall stops what another policy permits (AUTHZ-1)', () => {
  const elsewhere = { ...BOOK, attributes: { owner: 'alice', tenant: 'globex' } };
  assert.deepEqual(asked({}, { resource: elsewhere }), {
    allow: false,
    reasons: ['tenant-wall'],
  });
  assert.deepEqual(asked({ risk: 80 }), { allow: false, reasons: ['risk-wall'] });
  assert.equal(asked({ risk: 79 }).allow, true);
});

test('a forbid that errs denies, though Cedar itself would allow (AUTHZ-5)', async (t) => {
  const errs = `@id("errs") forbid (principal, action, resource)
    when { context.risk + 9223372036854775807 > 0 && context.risk > 1 };`;
  const folder = await folderWith(t, { ...FILES, 'more.cedar': errs });
  assert.deepEqual(asked({ risk: 1 }, {}, await loadPolicies(folder)), {
    allow: false,
    reasons: ['error:policy-failed', 'errs'],
  });
});

test('an action that the schema does not declare is denied by name (AUTHZ-5)', () => {
  for (const action of ['Shelf::Action::"raed"', 'read', '', 'Shelf::Book::"1"', '__proto__']) {
    assert.deepEqual(asked({}, { action }), {
      allow: false,
      reasons: ['error:unknown-action'],
    });
  }
});

const badCallers: Record<string, Partial<Record<keyof CallerFacts, unknown>>> = {
  'a role outside the closed set': { roles: ['member', 'admin'] },
  'a risk as text': { risk: '0' },
};

for (const [what, caller] of Object.entries(badCallers)) {
  test(`a caller with ${what} is denied (AUTHZ-5)`, () => {
    assert.deepEqual(asked(caller as Partial<CallerFacts>), INVALID);
  });
}

const badResources: Record<string, unknown> = {
  'without its owner': { ...BOOK, attributes: { tenant: 'acme' } },
  'with a number that cannot be exact': {
    ...BOOK,
    attributes: { ...BOOK.attributes, pages: 2 ** 53 },
  },
};

for (const [what, resource] of Object.entries(badResources)) {
  test(`a resource ${what} is denied (AUTHZ-5)`, () => {
    assert.deepEqual(asked({}, { resource } as Partial<Question>), INVALID);
  });
}

const READ = 'action == Shelf::Action::"read"';
const MEMBER = 'principal in App::Role::"member"';

const refused: Record<string, [string, RegExp]> = {
  'a permit of every action to a role (AUTHZ-4)': [
    `@id("x") permit (${MEMBER}, action, resource);`,
    /permits without saying/,
  ],
  'a permit to everybody (AUTHZ-4)': [
    `@id("x") permit (principal, ${READ}, resource);`,
    /permits without saying/,
  ],
  'a role that the schema does not declare (AUTHZ-1)': [
    `@id("x") permit (principal in App::Role::"admin", ${READ}, resource);`,
    /"admin"/,
  ],
};

for (const [what, [policy, sentence]] of Object.entries(refused)) {
  test(`the boot stops at ${what}`, async (t) => {
    const folder = await folderWith(t, { ...FILES, 'more.cedar': policy });
    await assert.rejects(loadPolicies(folder), sentence);
  });
}

test('missing policies stop the boot: an empty folder permits nothing and walls nothing (AUTHZ-5)', async (t) => {
  const folder = await folderWith(t, { 'app.cedarschema': APP_SCHEMA });
  await assert.rejects(loadPolicies(folder), /There are no policies/);
  await assert.rejects(loadPolicies(`${folder}/missing`), /ENOENT/);
});

test('a resource outside the tenant wall stops the boot (AUTHZ-1)', async (t) => {
  const schema = `namespace More {
    entity Thing;
    action "use" appliesTo { principal: App::User, resource: [Thing], context: App::Context };
  }`;
  const folder = await folderWith(t, { ...FILES, 'more.cedarschema': schema });
  await assert.rejects(loadPolicies(folder), /attribute `tenant`/);
});

const change = (subject: string, other: Partial<RoleChange> = {}): RoleChange => ({
  tenant: 'acme',
  subject,
  role: 'member',
  actor: 'root',
  ticket: 'CHG-123',
  ...other,
});
const grant = (given: RoleChange, roles = POLICIES.roles) =>
  database.operatorTransaction('test', (tx) => grantRole(tx, given, roles));
const revoke = (taken: RoleChange) =>
  database.operatorTransaction('test', (tx) => revokeRole(tx, taken));
const held = (subject: string, tenant = 'acme') =>
  database.systemTransaction('test', (tx) => rolesOf(tx, { tenant, subject }));

test('nobody holds a role that was not granted: a fresh database has none (AUTHZ-4)', async () => {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`select * from role_grant`.execute(tx.sql),
  );
  assert.deepEqual(rows, []);
  assert.deepEqual(await held('anybody'), []);
});

test('a role outside the closed set cannot be granted (AUTHZ-1)', async () => {
  for (const role of ['admin', 'Member', 'member ', '', '*', '__proto__']) {
    assert.deepEqual(await grant(change('cy', { role })), { ok: false, error: 'unknown-role' });
  }
  assert.deepEqual(await grant(change('cy'), []), { ok: false, error: 'unknown-role' });
  assert.deepEqual(await held('cy'), []);
});

test('no ticket, no change (AUTHZ-4)', async () => {
  await grant(change('dee'));
  for (const ticket of ['', 'CHG', '123', 'chg-1', 'CHG-0', 'CHG-1\n', 'CHG-1; x', 'C-1', 'none']) {
    const malformed = change('dee', { ticket, role: 'operator' });
    assert.deepEqual(await grant(malformed), { ok: false, error: 'malformed-ticket' });
    const answer = await revoke(change('dee', { ticket }));
    assert.deepEqual(answer, { ok: false, error: 'malformed-ticket' });
  }
  assert.deepEqual(await held('dee'), ['member']);
});

test('a grant that cannot be audited is not given (OBS-1)', async () => {
  await assert.rejects(grant(change('hal', { actor: '' })));
  assert.deepEqual(await held('hal'), []);
});
