-- What became of a request that carried an Idempotency-Key: who sent it, to which route, and what it was answered.
create table idempotency_key (
  tenant text not null check (char_length(tenant) between 1 and 128),
  subject text not null check (char_length(subject) between 1 and 128),
  route text not null check (char_length(route) between 1 and 256),
  key text not null check (key ~ '^[!-~ ]{8,128}$'),
  -- Of everything that the request asked for: the same key with another meaning is refused.
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  -- Drawn anew by whoever takes the key. Only its holder can write an answer.
  claim uuid not null default gen_random_uuid(),
  locked_until timestamptz not null,
  expires_at timestamptz not null,
  -- All of them absent while the request is under way.
  status smallint check (status between 200 and 499),
  headers jsonb check (jsonb_typeof(headers) = 'object'),
  body text check (octet_length(body) <= 262144),
  -- What was decided on. A replay is decided on again, after the thing itself may be gone.
  resource jsonb check (jsonb_typeof(resource) = 'object'),
  -- The caller is part of the key: nobody is answered with what somebody else did.
  primary key (tenant, subject, route, key),
  constraint idempotency_key_is_answered_whole
    check (num_nulls(status, headers, body, resource) in (0, 4)),
  constraint idempotency_key_is_kept_a_day
    check (locked_until < expires_at and expires_at <= now() + interval '24 hours')
);

create index idempotency_key_by_expiry on idempotency_key (expires_at);

-- An answer is the caller's own data, and stays in their tenant. (AUTHZ-1)
alter table idempotency_key enable row level security;
alter table idempotency_key force row level security;

create policy idempotency_key_tenant_wall on idempotency_key
  using (tenant = current_setting('app.tenant', true));

-- Where no tenant is set, what has expired can be swept away, and nothing else can be seen.
create policy idempotency_key_sweep_finds on idempotency_key for select
  using (coalesce(current_setting('app.tenant', true), '') = '' and expires_at <= now());
create policy idempotency_key_sweep_deletes on idempotency_key for delete
  using (coalesce(current_setting('app.tenant', true), '') = '' and expires_at <= now());

-- Whose key it is never changes. (AUTHZ-4)
grant select, insert, delete,
  update (fingerprint, claim, locked_until, expires_at, status, headers, body, resource)
  on idempotency_key to app_api;
