-- The tokens that a tenant has spent on its latest day, with the reservations of the calls under way.
create table model_client_assistant_budget (
  tenant text primary key check (char_length(tenant) between 1 and 128),
  -- In UTC. The first call of a later day starts from zero.
  day date not null,
  spent bigint not null check (spent >= 0)
);

-- Behind the statements, which name the tenant themselves: a statement that forgets to finds no other tenant. (AUTHZ-1)
alter table model_client_assistant_budget enable row level security;
alter table model_client_assistant_budget force row level security;

create policy model_client_assistant_tenant_wall on model_client_assistant_budget
  using (tenant = current_setting('app.tenant', true));

-- A row is never deleted, because a deleted one would be a new budget. (AUTHZ-4)
grant select, insert, update (day, spent) on model_client_assistant_budget to app_api;
