import assert from 'node:assert/strict';
import type { Policies, Question } from '../../src/authorization/decide.ts';
import type { CallerFacts } from '../../src/sessions/caller.ts';
import { callerWithoutSession } from './specimens.ts';

/** The smallest policies with every wall, for tests that must not depend on the policies of a module. */
export const APP_SCHEMA = `namespace App {
  entity Tenant;
  entity Role enum ["member", "operator"];
  entity User in [Role] { tenant: Tenant };
  type Context = {
    acr: String,
    authAgeSeconds: Long,
    scopes: Set<String>,
    risk: Long,
    sessionId: String,
    confirmed: Bool,
  };
}
`;

const SHELF_SCHEMA = `namespace Shelf {
  entity Book { owner: App::User, tenant: App::Tenant, pages?: Long };
  action "read", "write" appliesTo {
    principal: App::User,
    resource: [Book],
    context: App::Context,
  };
  action "greet" appliesTo {
    principal: App::User,
    resource: [App::User],
    context: App::Context,
  };
}
`;

export const APP_POLICIES = `@id("tenant-wall")
forbid (principal, action, resource)
unless { resource.tenant == principal.tenant };

@id("risk-wall")
forbid (principal, action, resource)
when { context.risk >= 80 };
`;

export const SHELF_POLICIES = `@id("member-reads-own")
permit (
  principal in App::Role::"member",
  action == Shelf::Action::"read",
  resource is Shelf::Book
)
when { resource.owner == principal };

@id("operator-reads-all")
permit (
  principal in App::Role::"operator",
  action == Shelf::Action::"read",
  resource is Shelf::Book
)
when { context.scopes.contains("shelf:all") };

@id("member-greets-colleagues")
permit (
  principal in App::Role::"member",
  action == Shelf::Action::"greet",
  resource is App::User
);
`;

export const FILES: Readonly<Record<string, string>> = {
  'app.cedar': APP_POLICIES,
  'app.cedarschema': APP_SCHEMA,
  'shelf.cedar': SHELF_POLICIES,
  'shelf.cedarschema': SHELF_SCHEMA,
};

export const NOW = new Date('2026-03-29T12:00:00Z');
const MEMBER = { subject: 'alice', tenant: 'acme', roles: ['member'], authTime: NOW };
export const BOOK = {
  type: 'Shelf::Book',
  id: '1',
  attributes: { owner: 'alice', tenant: 'acme' },
};

/** Asks whether alice may read her book. The arguments change the caller and the question. */
export function askPolicies(given: Policies) {
  return (
    caller: Partial<CallerFacts> = {},
    question: Partial<Question> = {},
    policies = given,
  ) => {
    const { allow, reasons, policyVersion } = policies.decide({
      caller: callerWithoutSession({ ...MEMBER, ...caller }),
      action: 'Shelf::Action::"read"',
      resource: BOOK,
      now: NOW,
      ...question,
    });
    assert.equal(policyVersion, policies.version);
    return { allow, reasons };
  };
}
