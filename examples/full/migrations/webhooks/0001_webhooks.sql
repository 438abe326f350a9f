-- What providers sent: that it was seen, what it was, byte for byte, and the job that acts on it. All of it is written by
-- one statement, or none of it is. (HOOK-2, HOOK-3, HOOK-5)

-- Data keys, under a key that never leaves the key store: a delivery costs no call to it.
create table webhook_data_key (
  id uuid primary key,
  endpoint text not null check (endpoint ~ '^[a-z][a-z0-9-]{0,31}$'),
  wrapped bytea not null,
  created_at timestamptz not null default now()
);

-- One row a delivery, by the id that its sender signed or by what was signed. After its window it is a new one.
create table webhook_seen (
  endpoint text not null check (endpoint ~ '^[a-z][a-z0-9-]{0,31}$'),
  dedupe_key text not null
    check (dedupe_key ~ '^(id:[!-~]+|(body|digest):[0-9a-f]{64})$' and char_length(dedupe_key) <= 300),
  -- Of what was signed: the same id with another one is no retry.
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > seen_at),
  primary key (endpoint, dedupe_key)
);

create index webhook_seen_by_end on webhook_seen (expires_at);

create table webhook_delivery (
  id bigint generated always as identity primary key,
  endpoint text not null check (endpoint ~ '^[a-z][a-z0-9-]{0,31}$'),
  dedupe_key text not null
    check (dedupe_key ~ '^(id:[!-~]+|(body|digest):[0-9a-f]{64})$' and char_length(dedupe_key) <= 300),
  received_at timestamptz not null default now(),
  signed_at timestamptz,
  -- Which of the endpoint's keys proved it. (HOOK-1)
  key_id text not null check (key_id ~ '^[!-~]{1,100}$'),
  lane text check (char_length(lane) between 1 and 200),
  data_key uuid not null references webhook_data_key,
  -- Address, headers and exact bytes, encrypted and bound to this endpoint and delivery. (HOOK-5)
  sealed bytea not null,
  retain_until timestamptz not null check (retain_until > received_at)
);

create index webhook_delivery_by_end on webhook_delivery (retain_until);
create index webhook_delivery_by_endpoint on webhook_delivery (endpoint, id);
-- What came lately, at next to no cost for what comes: rows are added in the order of their time.
create index webhook_delivery_by_time on webhook_delivery using brin (received_at);

-- They belong to the service and to no tenant: a request of a tenant has no business with any of them. (AUTHZ-1)
alter table webhook_data_key enable row level security;
alter table webhook_data_key force row level security;
alter table webhook_seen enable row level security;
alter table webhook_seen force row level security;
alter table webhook_delivery enable row level security;
alter table webhook_delivery force row level security;

create policy webhook_data_key_outside_of_tenants on webhook_data_key
  using (coalesce(current_setting('app.tenant', true), '') = '');
create policy webhook_seen_outside_of_tenants on webhook_seen
  using (coalesce(current_setting('app.tenant', true), '') = '');
create policy webhook_delivery_outside_of_tenants on webhook_delivery
  using (coalesce(current_setting('app.tenant', true), '') = '');

-- What was received is kept or deleted, and never changed. (AUTHZ-4)
grant select, insert, delete on webhook_data_key to app_api;
grant select, insert, delete, update (fingerprint, seen_at, expires_at) on webhook_seen to app_api;
grant select, insert, delete on webhook_delivery to app_api;
grant select on webhook_data_key, webhook_delivery to app_operator;
-- To replay one is to have its job done again; which delivery a job is about is a reference. (HOOK-5)
grant insert, select (payload) on job to app_operator;
