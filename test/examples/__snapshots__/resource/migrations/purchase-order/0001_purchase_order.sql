create table purchase_order (
  id uuid primary key default gen_random_uuid(),
  tenant text not null check (char_length(tenant) between 1 and 128),
  owner text not null check (char_length(owner) between 1 and 128),
  a_text text not null check (char_length(a_text) between 1 and 200),
  maybe_text text check (char_length(maybe_text) between 1 and 200),
  a_integer integer not null,
  maybe_integer integer,
  a_boolean boolean not null,
  maybe_boolean boolean,
  a_timestamp timestamptz(3) not null,
  maybe_timestamp timestamptz(3),
  a_uuid uuid not null,
  maybe_uuid uuid,
  -- Milliseconds, as in the cursor that names a row: anything finer would skip rows between pages.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create index on purchase_order (tenant, owner, created_at desc, id desc);

-- Behind the statements, which name the tenant themselves: one that forgets to finds nothing of another tenant's. (AUTHZ-1)
alter table purchase_order enable row level security;
alter table purchase_order force row level security;

create policy tenant_wall on purchase_order
  using (tenant = current_setting('app.tenant', true));

-- Not the tenant, nor the owner: a record never changes hands. (AUTHZ-4)
grant select, insert, delete on purchase_order to app_api;
grant update (a_text) on purchase_order to app_api;
grant update (maybe_text) on purchase_order to app_api;
grant update (a_integer) on purchase_order to app_api;
grant update (maybe_integer) on purchase_order to app_api;
grant update (a_boolean) on purchase_order to app_api;
grant update (maybe_boolean) on purchase_order to app_api;
grant update (a_timestamp) on purchase_order to app_api;
grant update (maybe_timestamp) on purchase_order to app_api;
grant update (a_uuid) on purchase_order to app_api;
grant update (maybe_uuid) on purchase_order to app_api;
grant update (updated_at) on purchase_order to app_api;
