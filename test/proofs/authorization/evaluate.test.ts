import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CallerFacts } from '@app/platform/sessions/caller';
import type { Policies, Question } from '@app/platform/authorization/decide';
import { loadPolicies } from '@app/platform/authorization/decide';
import { callerWithoutSession } from '../../platform/test/support/caller.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { FILES } from '../../platform/test/support/policies.ts';

const NOW = new Date('2026-03-29T12:00:00Z');
const MEMBER = { subject: 'alice', tenant: 'acme', roles: ['member'], authTime: NOW };
const BOOK = { type: 'Shelf::Book', id: '1', attributes: { owner: 'alice', tenant: 'acme' } };

const POLICIES = await loadPolicies(await folderWith({ after }, FILES));

function asked(
  caller: Partial<CallerFacts> = {},
  question: Partial<Question> = {},
  policies: Policies = POLICIES,
) {
  const { allow, reasons, policyVersion } = policies.decide({
    caller: callerWithoutSession({ ...MEMBER, ...caller }),
    action: 'Shelf::Action::"read"',
    resource: BOOK,
    now: NOW,
    ...question,
  });
  assert.equal(policyVersion, policies.version);
  return { allow, reasons };
}

function greeting(id: string, tenant: string): Partial<Question> {
  const resource = { type: 'App::User', id, attributes: { tenant } };
  return { action: 'Shelf::Action::"greet"', resource };
}

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

test('a permit that errs denies, also what another one permits (AUTHZ-5)', async (t) => {
  const errs = `@id("errs")
    permit (principal in App::Role::"member", action == Shelf::Action::"read", resource)
    when { context.risk + 9223372036854775807 > 0 };`;
  const folder = await folderWith(t, { ...FILES, 'more.cedar': errs });
  assert.equal(asked({ risk: 1 }, {}, await loadPolicies(folder)).allow, false);
});

test('a user can be the resource: a colleague or oneself, not a namesake elsewhere (AUTHZ-1)', () => {
  assert.equal(asked({}, greeting('bob', 'acme')).allow, true);
  assert.equal(asked({}, greeting('alice', 'acme')).allow, true);
  assert.equal(asked({}, greeting('bob', 'globex')).allow, false);
  assert.equal(asked({}, greeting('alice', 'globex')).allow, false);
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
  'a role that is no text': { roles: [{ type: 'App::Role', id: 'member' }] },
  'no risk': { risk: undefined },
  'a risk that is no number': { risk: Number.NaN },
  'a risk as text': { risk: '0' },
  'a fraction of a risk': { risk: 0.5 },
  'no tenant': { tenant: undefined },
  'no subject': { subject: undefined },
  'a half character in its name': { subject: 'alice\ud800' },
  'no time of sign-in': { authTime: undefined },
  'an invalid time of sign-in': { authTime: new Date(Number.NaN) },
  'a sign-in an hour from now': { authTime: new Date('2026-03-29T13:00:00Z') },
  'no scopes': { scopes: undefined },
  'no acr': { acr: null },
};

for (const [what, caller] of Object.entries(badCallers)) {
  test(`a caller with ${what} is denied (AUTHZ-5)`, () => {
    assert.deepEqual(asked(caller as Partial<CallerFacts>), INVALID);
  });
}

const badResources: Record<string, unknown> = {
  'without its owner': { ...BOOK, attributes: { tenant: 'acme' } },
  'without its tenant': { ...BOOK, attributes: { owner: 'alice' } },
  'with an attribute nobody declared': { ...BOOK, attributes: { ...BOOK.attributes, admin: true } },
  'with an owner of its own making': {
    ...BOOK,
    attributes: { ...BOOK.attributes, owner: { __entity: { type: 'App::User', id: 'alice' } } },
  },
  'of an undeclared type': { ...BOOK, type: 'Shelf::Shelf' },
  'of a type the action is not for': { type: 'App::Tenant', id: 'acme', attributes: {} },
  'without an id': { ...BOOK, id: undefined },
  'with a number that cannot be exact': {
    ...BOOK,
    attributes: { ...BOOK.attributes, pages: 2 ** 53 },
  },
  'that is nothing': null,
};

for (const [what, resource] of Object.entries(badResources)) {
  test(`a resource ${what} is denied (AUTHZ-5)`, () => {
    assert.deepEqual(asked({}, { resource } as Partial<Question>), INVALID);
  });
}

test('no caller at all is denied, not an exception (AUTHZ-5)', () => {
  assert.deepEqual(asked({}, { caller: undefined } as unknown as Question), INVALID);
});

test('a clock a little ahead of ours is no reason to turn somebody away', () => {
  const authTime = new Date(NOW.getTime() + 30_000);
  assert.equal(asked({ authTime }).allow, true);
});
