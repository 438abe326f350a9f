-- Who did what, to what, with which outcome. Rows are only ever added. (OBS-1)
create table audit_event (
  id bigint generated always as identity primary key,
  -- The wall clock, not the transaction's start: the order within a long transaction is kept.
  recorded_at timestamptz not null default clock_timestamp(),
  -- OCSF class and activity, as numbers, so that an export needs no guessing.
  class_uid integer not null check (class_uid between 1001 and 9999),
  activity_id smallint not null check (activity_id between 0 and 99),
  action text not null check (char_length(action) between 1 and 256),
  outcome text not null check (outcome in ('success', 'denied', 'failure')),
  actor text not null check (char_length(actor) between 1 and 256),
  -- Null while nobody is signed in.
  tenant text check (char_length(tenant) between 1 and 256),
  resource text not null check (char_length(resource) between 1 and 256),
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
  policy_version text check (policy_version ~ '^[0-9a-f]{64}$'),
  request_id text check (char_length(request_id) between 1 and 256)
);

create index audit_event_by_tenant on audit_event (tenant, recorded_at);
create index audit_event_by_actor on audit_event (actor, recorded_at);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit_event is append-only: % is refused', tg_op
    using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_event_is_append_only
  before update or delete or truncate on audit_event
  for each statement execute function refuse_audit_change();

-- "Always": otherwise a session that calls itself a replica would skip the trigger.
alter table audit_event enable always trigger audit_event_is_append_only;

-- Whoever acts adds to the trail; only an operator reads it. (OBS-1)
grant insert on audit_event to app_api, app_operator;
grant select on audit_event to app_operator;
