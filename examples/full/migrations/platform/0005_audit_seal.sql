-- Events are sealed in batches, one chain a stream: a tenant's, or '' where there was none. A seal covers its events and
-- the seal before it, and is signed, so that no edit, deletion, insertion or reordering stays unseen. (OBS-1)

alter table audit_event add column digest bytea not null check (octet_length(digest) = 32);

-- Each field with its length and in a fixed order: two different events never have the same bytes. Every event costs this,
-- so it is one expression, without a query of its own.
create function audit_field(field text) returns text language sql stable
  return coalesce(octet_length(field) || ':' || field, '-');

create function audit_event_digest(event audit_event) returns bytea language sql stable
  return sha256(convert_to(
    audit_field(event.id::text) || ',' ||
    audit_field(to_char(event.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')) || ',' ||
    audit_field(event.class_uid::text) || ',' || audit_field(event.activity_id::text) || ',' ||
    audit_field(event.action) || ',' || audit_field(event.outcome) || ',' ||
    audit_field(event.actor) || ',' || audit_field(event.tenant) || ',' ||
    audit_field(event.resource) || ',' || audit_field(event.detail::text) || ',' ||
    audit_field(event.policy_version) || ',' || audit_field(event.request_id), 'UTF8'));

-- Events that no seal covers yet. An entry is seen when the event's own transaction has committed, so that a slow writer
-- is sealed late and never skipped, whatever other writers do meanwhile.
create table audit_unsealed (
  event_id bigint primary key
);

create table audit_seal (
  id bigint generated always as identity unique,
  stream text not null check (char_length(stream) <= 256),
  number bigint not null check (number >= 1),
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  event_ids bigint[] not null check (cardinality(event_ids) >= 1),
  sealed_at timestamptz(3) not null,
  key_id text not null check (key_id ~ '^[0-9a-f]{16}$'),
  signature bytea not null,
  primary key (stream, number)
);

-- Up to which seal a stream was purged, when its age was reached. The chain goes on from the hash that is kept here.
create table audit_purge (
  stream text not null check (char_length(stream) <= 256),
  number bigint not null check (number >= 1),
  hash bytea not null check (octet_length(hash) = 32),
  purged_at timestamptz(3) not null,
  key_id text not null check (key_id ~ '^[0-9a-f]{16}$'),
  signature bytea not null,
  primary key (stream, number)
);

-- By their whole names, because whoever records an event says where names are looked up.
create function admit_audit_event() returns trigger language plpgsql as $$
begin
  -- Nobody chooses when it happened.
  new.recorded_at := pg_catalog.clock_timestamp();
  new.digest := public.audit_event_digest(new);
  return new;
end
$$;

create trigger audit_event_is_admitted
  before insert on audit_event
  for each row execute function admit_audit_event();

-- As the owner, so that whoever records an event can neither skip the queue nor put anything else into it.
create function queue_audit_events() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
  insert into audit_unsealed select id from added;
  return null;
end
$$;

create trigger audit_event_is_queued
  after insert on audit_event referencing new table as added
  for each statement execute function queue_audit_events();

-- Only below the trigger that takes a whole seal away does an event go; nobody is granted to delete one.
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return null;
  end if;
  raise exception '% is append-only: % is refused', tg_table_name, tg_op
    using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_seal_is_append_only
  before update or truncate on audit_seal
  for each statement execute function refuse_audit_change();

create trigger audit_purge_is_append_only
  before update or delete or truncate on audit_purge
  for each statement execute function refuse_audit_change();

-- What is asked for first when something happened must still be there: 400 days are the year that PCI DSS 10.5.1 asks
-- for, and a month to notice. The oldest seal goes first and the newest never, so that the chain has no hole.
create function purge_sealed_events() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
  if old.sealed_at > now() - interval '400 days' or exists (
    select from audit_event
    where id = any (old.event_ids) and recorded_at > now() - interval '400 days'
  ) then
    raise exception 'audit_seal is append-only: seal % is younger than 400 days', old.number
      using errcode = 'insufficient_privilege';
  end if;
  if exists (select from audit_seal where stream = old.stream and number < old.number)
    or not exists (select from audit_seal where stream = old.stream and number > old.number)
    or not exists (select from audit_purge where stream = old.stream and number >= old.number)
  then
    raise exception 'audit_seal is append-only: seal % is not the next to go', old.number
      using errcode = 'insufficient_privilege';
  end if;
  delete from audit_event where id = any (old.event_ids);
  return old;
end
$$;

create trigger audit_seal_goes_when_old
  before delete on audit_seal
  for each row execute function purge_sealed_events();

-- "Always": otherwise a session that calls itself a replica would skip them.
alter table audit_event enable always trigger audit_event_is_admitted;
alter table audit_event enable always trigger audit_event_is_queued;
alter table audit_seal enable always trigger audit_seal_is_append_only;
alter table audit_seal enable always trigger audit_seal_goes_when_old;
alter table audit_purge enable always trigger audit_purge_is_append_only;

-- The service seals, and reads of an event what it takes: which one, whose, and its digest. What the trail says is for
-- an operator to read. (OBS-1)
grant select (id, tenant, digest) on audit_event to app_api;
grant select, delete on audit_unsealed to app_api;
grant select, insert on audit_seal to app_api;
grant select on audit_unsealed to app_operator;
grant select, delete on audit_seal to app_operator;
grant select, insert on audit_purge to app_operator;
