create table acme_specimen (
  id uuid primary key default gen_random_uuid(),
  tenant text not null check (char_length(tenant) between 1 and 128),
  owner text not null check (char_length(owner) between 1 and 128),
  title text not null check (char_length(title) between 1 and 200),
  -- Milliseconds, as in the cursor that names a row: anything finer would skip rows between pages.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create index on acme_specimen (tenant, owner, created_at desc, id desc);

-- Behind the statements, which name the tenant themselves: one that forgets to finds nothing of another tenant's. (AUTHZ-1)
alter table acme_specimen enable row level security;
alter table acme_specimen force row level security;

create policy tenant_wall on acme_specimen
  using (tenant = current_setting('app.tenant', true));

-- Not the tenant, nor the owner: a record never changes hands. (AUTHZ-4)
grant select, insert, delete on acme_specimen to app_api;
grant update (title) on acme_specimen to app_api;
grant update (updated_at) on acme_specimen to app_api;
