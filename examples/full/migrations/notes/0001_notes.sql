create table note (
  id uuid primary key default gen_random_uuid(),
  tenant text not null check (char_length(tenant) between 1 and 128),
  owner text not null check (char_length(owner) between 1 and 128),
  title text not null check (char_length(title) between 1 and 200),
  body text not null check (char_length(body) <= 20000),
  -- Milliseconds, as in the cursor that names a row: anything finer would skip rows between pages.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create index note_by_owner on note (tenant, owner, created_at desc, id desc);

-- Behind the statements, which name the tenant themselves: one that forgets to finds nothing of another tenant's. (AUTHZ-1)
alter table note enable row level security;
alter table note force row level security;

create policy note_tenant_wall on note
  using (tenant = current_setting('app.tenant', true));

-- Not the tenant, nor the owner: a note never changes hands. (AUTHZ-4)
grant select, insert, delete, update (title, body, updated_at) on note to app_api;
