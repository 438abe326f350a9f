/** The smallest policies that have every wall: for tests that must not depend on a module's own. */
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

export const SHELF_SCHEMA = `namespace Shelf {
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
