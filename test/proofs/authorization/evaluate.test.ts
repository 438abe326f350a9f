import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CallerFacts } from '@app/platform/sessions/caller';
import type { Question } from '@app/platform/authorization/decide';
import { loadPolicies } from '@app/platform/authorization/decide';
import { folderWith } from '../../platform/test/support/folder.ts';
import { askPolicies, BOOK, FILES, NOW } from '../../platform/test/support/policies.ts';

const asked = askPolicies(await loadPolicies(await folderWith({ after }, FILES)));
const INVALID = { allow: false, reasons: ['error:invalid-request'] };

test('a permit that errs denies, also what another one permits (AUTHZ-5)', async (t) => {
  const errs = `@id("errs")
    permit (principal in App::Role::"member", action == Shelf::Action::"read", resource)
    when { context.risk + 9223372036854775807 > 0 };`;
  const folder = await folderWith(t, { ...FILES, 'more.cedar': errs });
  assert.equal(asked({ risk: 1 }, {}, await loadPolicies(folder)).allow, false);
});

const badCallers: Record<string, Partial<Record<keyof CallerFacts, unknown>>> = {
  'a role that is no text': { roles: [{ type: 'App::Role', id: 'member' }] },
  'a risk that is no number': { risk: Number.NaN },
  'a fraction of a risk': { risk: 0.5 },
  'no risk': { risk: undefined },
  'no tenant': { tenant: undefined },
  'a sign-in an hour from now': { authTime: new Date('2026-03-29T13:00:00Z') },
  'no subject': { subject: undefined },
  'a half character in its name': { subject: 'alice\ud800' },
  'no time of sign-in': { authTime: undefined },
  'an invalid time of sign-in': { authTime: new Date(Number.NaN) },
  'no scopes': { scopes: undefined },
  'no acr': { acr: null },
};

for (const [what, caller] of Object.entries(badCallers)) {
  test(`a caller with ${what} is denied (AUTHZ-5)`, () => {
    assert.deepEqual(asked(caller as Partial<CallerFacts>), INVALID);
  });
}

const badResources: Record<string, unknown> = {
  'without its tenant': { ...BOOK, attributes: { owner: 'alice' } },
  'with an owner of its own making': {
    ...BOOK,
    attributes: { ...BOOK.attributes, owner: { __entity: { type: 'App::User', id: 'alice' } } },
  },
  'with an attribute nobody declared': { ...BOOK, attributes: { ...BOOK.attributes, admin: true } },
  'of an undeclared type': { ...BOOK, type: 'Shelf::Shelf' },
  'of a type the action is not for': { type: 'App::Tenant', id: 'acme', attributes: {} },
  'without an id': { ...BOOK, id: undefined },
  'that is nothing': null,
};

for (const [what, resource] of Object.entries(badResources)) {
  test(`a resource ${what} is denied (AUTHZ-5)`, () => {
    assert.deepEqual(asked({}, { resource } as Partial<Question>), INVALID);
  });
}

test('a clock a little ahead of ours is no reason to turn somebody away', () => {
  const authTime = new Date(NOW.getTime() + 30_000);
  assert.equal(asked({ authTime }).allow, true);
});

function greeting(id: string, tenant: string): Partial<Question> {
  const resource = { type: 'App::User', id, attributes: { tenant } };
  return { action: 'Shelf::Action::"greet"', resource };
}

test('a user can be the resource: a colleague or oneself, not a namesake elsewhere (AUTHZ-1)', () => {
  assert.equal(asked({}, greeting('bob', 'acme')).allow, true);
  assert.equal(asked({}, greeting('alice', 'acme')).allow, true);
  assert.equal(asked({}, greeting('bob', 'globex')).allow, false);
  assert.equal(asked({}, greeting('alice', 'globex')).allow, false);
});

test('no caller at all is denied, not an exception (AUTHZ-5)', () => {
  assert.deepEqual(asked({}, { caller: undefined } as unknown as Question), INVALID);
});
