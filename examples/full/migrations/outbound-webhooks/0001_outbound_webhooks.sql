-- Whom a tenant tells about what happens, what they were told, and what became of each attempt.

create table outbound_subscriber (
  id uuid primary key default gen_random_uuid(),
  tenant text not null check (char_length(tenant) between 1 and 128),
  stream text not null check (stream ~ '^[a-z][a-z0-9-]{0,39}$'),
  -- Checked before it is written, before each call, and where its name leads when it is connected to. (HOOK-4)
  url text not null check (url ~ '^https://[!-~]+$' and char_length(url) <= 2000),
  created_by text not null check (char_length(created_by) between 1 and 128),
  -- Milliseconds, as in the cursor that names a row.
  created_at timestamptz(3) not null default now(),
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  -- The notice: asked for, answered 410, failed for days, or ended by an operator of the service.
  disabled_reason text check (disabled_reason in ('asked', 'gone', 'failing', 'service')),
  disabled_at timestamptz,
  -- In a row. Whatever gets through ends it.
  failures integer not null default 0 check (failures >= 0),
  failing_since timestamptz,
  -- Until then nobody calls it.
  paused_until timestamptz,
  constraint outbound_subscriber_says_why check (
    (status = 'disabled') = (disabled_reason is not null)
    and (status = 'disabled') = (disabled_at is not null)),
  constraint outbound_subscriber_fails_since check ((failures > 0) = (failing_since is not null))
);

create index outbound_subscriber_by_stream on outbound_subscriber (tenant, stream, created_at desc, id desc);

-- Several sign at once while one takes over from another.
create table outbound_key (
  id uuid primary key,
  tenant text not null check (char_length(tenant) between 1 and 128),
  subscriber uuid not null references outbound_subscriber on delete cascade,
  -- Under a key that never leaves the key store, and bound to this tenant, subscriber and row.
  sealed bytea not null,
  created_at timestamptz not null default now(),
  ends_at timestamptz
);

create index outbound_key_by_subscriber on outbound_key (subscriber);

create table outbound_event (
  id uuid primary key,
  tenant text not null check (char_length(tenant) between 1 and 128),
  stream text not null check (stream ~ '^[a-z][a-z0-9-]{0,39}$'),
  type text not null check (char_length(type) between 1 and 244),
  -- The bytes that every attempt signs and sends.
  body text not null check (octet_length(body) <= 65536),
  created_at timestamptz not null default now()
);

create index outbound_event_by_age on outbound_event (created_at);

-- What the tenant sees of it: nothing that anybody answered, but for the status.
create table outbound_attempt (
  id bigint generated always as identity primary key,
  tenant text not null check (char_length(tenant) between 1 and 128),
  subscriber uuid not null references outbound_subscriber on delete cascade,
  event uuid not null,
  type text not null check (char_length(type) between 1 and 244),
  attempt integer not null check (attempt >= 1),
  at timestamptz not null default now(),
  duration_ms integer not null check (duration_ms >= 0),
  status integer check (status between 100 and 999),
  fault text check (fault in ('status', 'timeout', 'certificate', 'unreachable')),
  -- When it is tried again. Absent where it was received, and after the last attempt.
  next_at timestamptz
);

create index outbound_attempt_by_subscriber on outbound_attempt (subscriber, id desc);
create index outbound_attempt_by_age on outbound_attempt (at);

-- A request sees the rows of its tenant. Whoever belongs to none delivers and deletes for all of them. (AUTHZ-1)
alter table outbound_subscriber enable row level security;
alter table outbound_subscriber force row level security;
alter table outbound_key enable row level security;
alter table outbound_key force row level security;
alter table outbound_event enable row level security;
alter table outbound_event force row level security;
alter table outbound_attempt enable row level security;
alter table outbound_attempt force row level security;

create policy outbound_subscriber_tenant_wall on outbound_subscriber
  using (coalesce(current_setting('app.tenant', true), '') in ('', tenant));
create policy outbound_key_tenant_wall on outbound_key
  using (coalesce(current_setting('app.tenant', true), '') in ('', tenant));
create policy outbound_event_tenant_wall on outbound_event
  using (coalesce(current_setting('app.tenant', true), '') in ('', tenant));
create policy outbound_attempt_tenant_wall on outbound_attempt
  using (coalesce(current_setting('app.tenant', true), '') in ('', tenant));

-- Not the address: a subscriber that moves is another one, with another key. (AUTHZ-4)
grant select, insert, delete,
  update (status, disabled_reason, disabled_at, failures, failing_since, paused_until)
  on outbound_subscriber to app_api;
grant select, insert, delete, update (ends_at) on outbound_key to app_api;
grant select, insert, delete on outbound_event to app_api;
grant select, insert, delete on outbound_attempt to app_api;
grant select (id, tenant, stream, status, disabled_reason, disabled_at, failures, failing_since),
  update (status, disabled_reason, disabled_at, failures, failing_since, paused_until)
  on outbound_subscriber to app_operator;
