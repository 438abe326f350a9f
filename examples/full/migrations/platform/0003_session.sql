-- A signed-in browser. The row names the session; only the hash of the cookie is kept. (AUTH-9)
create table session (
  id uuid primary key default gen_random_uuid(),
  cookie_hash bytea not null unique check (octet_length(cookie_hash) = 32),
  subject text not null check (char_length(subject) between 1 and 128),
  tenant text not null check (char_length(tenant) between 1 and 128),
  acr text not null check (acr in ('urn:app:aal1', 'urn:app:aal2')),
  scopes text[] not null default '{}',
  -- No default: a session of which nobody said how sure they are must not pass for a safe one. (AUTHZ-5)
  risk smallint not null check (risk between 0 and 100),
  confirmation_key text check (char_length(confirmation_key) between 1 and 128),
  auth_time timestamptz not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint session_opens_after_sign_in check (auth_time <= created_at),
  constraint session_is_seen_after_opening check (last_seen_at >= created_at),
  -- Whatever the code says, no session outlives half a day.
  constraint session_lives_half_a_day
    check (expires_at > created_at and expires_at <= created_at + interval '12 hours')
);

create index session_by_expiry on session (expires_at);

-- Seen again, ended, or long dead and swept: nothing else about a session ever changes. (AUTH-9)
grant select, insert, delete, update (last_seen_at, ended_at) on session to app_api;

-- An operator ends the sessions of somebody whose cookie leaked, and has no use for what proves one. (AUTH-9)
grant select (id, subject, tenant, ended_at), update (ended_at) on session to app_operator;
