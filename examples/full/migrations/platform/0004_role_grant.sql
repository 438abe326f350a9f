-- Which subject holds which role in which tenant, who gave it, and under which ticket. (AUTHZ-4)
create table role_grant (
  id bigint generated always as identity primary key,
  tenant text not null check (char_length(tenant) between 1 and 128),
  subject text not null check (char_length(subject) between 1 and 128),
  role text not null check (role ~ '^[a-z][a-z0-9-]{0,39}$'),
  granted_at timestamptz not null default now(),
  granted_by text not null check (char_length(granted_by) between 1 and 128),
  grant_ticket text not null check (grant_ticket ~ '^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$'),
  revoked_at timestamptz,
  revoked_by text check (char_length(revoked_by) between 1 and 128),
  revoke_ticket text check (revoke_ticket ~ '^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$'),
  -- Taken back by somebody, at some time, under some ticket, or not at all.
  constraint role_grant_is_revoked_whole
    check (num_nulls(revoked_at, revoked_by, revoke_ticket) in (0, 3)),
  constraint role_grant_is_revoked_later check (revoked_at >= granted_at)
);

-- At most one live grant of a role; what was taken back stays on record.
create unique index role_grant_live on role_grant (tenant, subject, role) where revoked_at is null;

-- A request reads roles. Only an operator's command gives or takes one. (AUTHZ-4)
grant select on role_grant to app_api;
grant select, insert, update (revoked_at, revoked_by, revoke_ticket) on role_grant to app_operator;
