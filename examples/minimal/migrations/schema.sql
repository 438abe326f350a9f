CREATE OR REPLACE FUNCTION admit_audit_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Nobody chooses when it happened.
  new.recorded_at := pg_catalog.clock_timestamp();
  new.digest := public.audit_event_digest(new);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION audit_event_digest(event audit_event)
 RETURNS bytea
 LANGUAGE sql
 STABLE
RETURN sha256(convert_to(((((((((((((((((((((((audit_field(((event).id)::text) || ','::text) || audit_field(to_char(((event).recorded_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US'::text))) || ','::text) || audit_field(((event).class_uid)::text)) || ','::text) || audit_field(((event).activity_id)::text)) || ','::text) || audit_field((event).action)) || ','::text) || audit_field((event).outcome)) || ','::text) || audit_field((event).actor)) || ','::text) || audit_field((event).tenant)) || ','::text) || audit_field((event).resource)) || ','::text) || audit_field(((event).detail)::text)) || ','::text) || audit_field((event).policy_version)) || ','::text) || audit_field((event).request_id)), 'UTF8'::name));

CREATE OR REPLACE FUNCTION audit_field(field text)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN COALESCE(((octet_length(field) || ':'::text) || field), '-'::text);

CREATE OR REPLACE FUNCTION purge_sealed_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION queue_audit_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into audit_unsealed select id from added;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return null;
  end if;
  raise exception '% is append-only: % is refused', tg_table_name, tg_op
    using errcode = 'insufficient_privilege';
end
$function$;

create table audit_event (
  id bigint generated always as identity not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  class_uid integer not null,
  activity_id smallint not null,
  action text not null,
  outcome text not null,
  actor text not null,
  tenant text,
  resource text not null,
  detail jsonb default '{}'::jsonb not null,
  policy_version text,
  request_id text,
  digest bytea not null,
  constraint audit_event_action_check CHECK (char_length(action) >= 1 AND char_length(action) <= 256),
  constraint audit_event_activity_id_check CHECK (activity_id >= 0 AND activity_id <= 99),
  constraint audit_event_actor_check CHECK (char_length(actor) >= 1 AND char_length(actor) <= 256),
  constraint audit_event_class_uid_check CHECK (class_uid >= 1001 AND class_uid <= 9999),
  constraint audit_event_detail_check CHECK (jsonb_typeof(detail) = 'object'::text),
  constraint audit_event_digest_check CHECK (octet_length(digest) = 32),
  constraint audit_event_outcome_check CHECK (outcome = ANY (ARRAY['success'::text, 'denied'::text, 'failure'::text])),
  constraint audit_event_pkey PRIMARY KEY (id),
  constraint audit_event_policy_version_check CHECK (policy_version ~ '^[0-9a-f]{64}$'::text),
  constraint audit_event_request_id_check CHECK (char_length(request_id) >= 1 AND char_length(request_id) <= 256),
  constraint audit_event_resource_check CHECK (char_length(resource) >= 1 AND char_length(resource) <= 256),
  constraint audit_event_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 256)
);

CREATE INDEX audit_event_by_actor ON audit_event USING btree (actor, recorded_at);

CREATE INDEX audit_event_by_tenant ON audit_event USING btree (tenant, recorded_at);

CREATE TRIGGER audit_event_is_admitted BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION admit_audit_event();
alter table audit_event enable always trigger audit_event_is_admitted;

CREATE TRIGGER audit_event_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_event enable always trigger audit_event_is_append_only;

CREATE TRIGGER audit_event_is_queued AFTER INSERT ON audit_event REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_audit_events();
alter table audit_event enable always trigger audit_event_is_queued;

grant insert, select (id, tenant, digest) on audit_event to app_api;

grant insert, select on audit_event to app_operator;

create table audit_purge (
  stream text not null,
  number bigint not null,
  hash bytea not null,
  purged_at timestamp(3) with time zone not null,
  key_id text not null,
  signature bytea not null,
  constraint audit_purge_hash_check CHECK (octet_length(hash) = 32),
  constraint audit_purge_key_id_check CHECK (key_id ~ '^[0-9a-f]{16}$'::text),
  constraint audit_purge_number_check CHECK (number >= 1),
  constraint audit_purge_pkey PRIMARY KEY (stream, number),
  constraint audit_purge_stream_check CHECK (char_length(stream) <= 256)
);

CREATE TRIGGER audit_purge_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_purge FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_purge enable always trigger audit_purge_is_append_only;

grant insert, select on audit_purge to app_operator;

create table audit_seal (
  id bigint generated always as identity not null,
  stream text not null,
  number bigint not null,
  previous_hash bytea not null,
  hash bytea not null,
  event_ids bigint[] not null,
  sealed_at timestamp(3) with time zone not null,
  key_id text not null,
  signature bytea not null,
  constraint audit_seal_event_ids_check CHECK (cardinality(event_ids) >= 1),
  constraint audit_seal_hash_check CHECK (octet_length(hash) = 32),
  constraint audit_seal_id_key UNIQUE (id),
  constraint audit_seal_key_id_check CHECK (key_id ~ '^[0-9a-f]{16}$'::text),
  constraint audit_seal_number_check CHECK (number >= 1),
  constraint audit_seal_pkey PRIMARY KEY (stream, number),
  constraint audit_seal_previous_hash_check CHECK (octet_length(previous_hash) = 32),
  constraint audit_seal_stream_check CHECK (char_length(stream) <= 256)
);

CREATE TRIGGER audit_seal_goes_when_old BEFORE DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION purge_sealed_events();
alter table audit_seal enable always trigger audit_seal_goes_when_old;

CREATE TRIGGER audit_seal_is_append_only BEFORE UPDATE OR TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_seal enable always trigger audit_seal_is_append_only;

grant insert, select on audit_seal to app_api;

grant delete, select on audit_seal to app_operator;

create table audit_unsealed (
  event_id bigint not null,
  constraint audit_unsealed_pkey PRIMARY KEY (event_id)
);

grant delete, select on audit_unsealed to app_api;

grant select on audit_unsealed to app_operator;

create table idempotency_key (
  tenant text not null,
  subject text not null,
  route text not null,
  key text not null,
  fingerprint bytea not null,
  claim uuid default gen_random_uuid() not null,
  locked_until timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  status smallint,
  headers jsonb,
  body text,
  resource jsonb,
  constraint idempotency_key_body_check CHECK (octet_length(body) <= 262144),
  constraint idempotency_key_fingerprint_check CHECK (octet_length(fingerprint) = 32),
  constraint idempotency_key_headers_check CHECK (jsonb_typeof(headers) = 'object'::text),
  constraint idempotency_key_is_answered_whole CHECK (num_nulls(status, headers, body, resource) = ANY (ARRAY[0, 4])),
  constraint idempotency_key_is_kept_a_day CHECK (locked_until < expires_at AND expires_at <= (now() + '24:00:00'::interval)),
  constraint idempotency_key_key_check CHECK (key ~ '^[!-~ ]{8,128}$'::text),
  constraint idempotency_key_pkey PRIMARY KEY (tenant, subject, route, key),
  constraint idempotency_key_resource_check CHECK (jsonb_typeof(resource) = 'object'::text),
  constraint idempotency_key_route_check CHECK (char_length(route) >= 1 AND char_length(route) <= 256),
  constraint idempotency_key_status_check CHECK (status >= 200 AND status <= 499),
  constraint idempotency_key_subject_check CHECK (char_length(subject) >= 1 AND char_length(subject) <= 128),
  constraint idempotency_key_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128)
);

CREATE INDEX idempotency_key_by_expiry ON idempotency_key USING btree (expires_at);

alter table idempotency_key force row level security;

create policy idempotency_key_sweep_deletes on idempotency_key as permissive for delete to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text AND expires_at <= now());

create policy idempotency_key_sweep_finds on idempotency_key as permissive for select to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text AND expires_at <= now());

create policy idempotency_key_tenant_wall on idempotency_key as permissive for all to public using (tenant = current_setting('app.tenant'::text, true));

grant delete, insert, select, update (fingerprint, claim, locked_until, expires_at, status, headers, body, resource) on idempotency_key to app_api;

create table note (
  id uuid default gen_random_uuid() not null,
  tenant text not null,
  owner text not null,
  title text not null,
  body text not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint note_body_check CHECK (char_length(body) <= 20000),
  constraint note_owner_check CHECK (char_length(owner) >= 1 AND char_length(owner) <= 128),
  constraint note_pkey PRIMARY KEY (id),
  constraint note_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128),
  constraint note_title_check CHECK (char_length(title) >= 1 AND char_length(title) <= 200)
);

CREATE INDEX note_by_owner ON note USING btree (tenant, owner, created_at DESC, id DESC);

alter table note force row level security;

create policy note_tenant_wall on note as permissive for all to public using (tenant = current_setting('app.tenant'::text, true));

grant delete, insert, select, update (title, body, updated_at) on note to app_api;

create table rate_limit (
  key text not null,
  points integer not null,
  expire bigint not null,
  constraint rate_limit_key_check CHECK (char_length(key) >= 1 AND char_length(key) <= 80),
  constraint rate_limit_pkey PRIMARY KEY (key),
  constraint rate_limit_points_check CHECK (points >= 0)
);

CREATE INDEX rate_limit_by_expiry ON rate_limit USING btree (expire);

grant delete, insert, select, update (points, expire) on rate_limit to app_api;

create table role_grant (
  id bigint generated always as identity not null,
  tenant text not null,
  subject text not null,
  role text not null,
  granted_at timestamp with time zone default now() not null,
  granted_by text not null,
  grant_ticket text not null,
  revoked_at timestamp with time zone,
  revoked_by text,
  revoke_ticket text,
  constraint role_grant_grant_ticket_check CHECK (grant_ticket ~ '^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$'::text),
  constraint role_grant_granted_by_check CHECK (char_length(granted_by) >= 1 AND char_length(granted_by) <= 128),
  constraint role_grant_is_revoked_later CHECK (revoked_at >= granted_at),
  constraint role_grant_is_revoked_whole CHECK (num_nulls(revoked_at, revoked_by, revoke_ticket) = ANY (ARRAY[0, 3])),
  constraint role_grant_pkey PRIMARY KEY (id),
  constraint role_grant_revoke_ticket_check CHECK (revoke_ticket ~ '^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$'::text),
  constraint role_grant_revoked_by_check CHECK (char_length(revoked_by) >= 1 AND char_length(revoked_by) <= 128),
  constraint role_grant_role_check CHECK (role ~ '^[a-z][a-z0-9-]{0,39}$'::text),
  constraint role_grant_subject_check CHECK (char_length(subject) >= 1 AND char_length(subject) <= 128),
  constraint role_grant_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128)
);

CREATE UNIQUE INDEX role_grant_live ON role_grant USING btree (tenant, subject, role) WHERE revoked_at IS NULL;

grant select on role_grant to app_api;

grant insert, select, update (revoked_at, revoked_by, revoke_ticket) on role_grant to app_operator;

create table schema_migration (
  module text not null,
  number integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migration_number_check CHECK (number > 0),
  constraint schema_migration_pkey PRIMARY KEY (module, number),
  constraint schema_migration_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'::text)
);

grant select on schema_migration to app_api;

grant select on schema_migration to app_operator;

create table session (
  id uuid default gen_random_uuid() not null,
  cookie_hash bytea not null,
  subject text not null,
  tenant text not null,
  acr text not null,
  scopes text[] default '{}'::text[] not null,
  risk smallint not null,
  confirmation_key text,
  auth_time timestamp with time zone not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint session_acr_check CHECK (acr = ANY (ARRAY['urn:app:aal1'::text, 'urn:app:aal2'::text])),
  constraint session_confirmation_key_check CHECK (char_length(confirmation_key) >= 1 AND char_length(confirmation_key) <= 128),
  constraint session_cookie_hash_check CHECK (octet_length(cookie_hash) = 32),
  constraint session_cookie_hash_key UNIQUE (cookie_hash),
  constraint session_is_seen_after_opening CHECK (last_seen_at >= created_at),
  constraint session_lives_half_a_day CHECK (expires_at > created_at AND expires_at <= (created_at + '12:00:00'::interval)),
  constraint session_opens_after_sign_in CHECK (auth_time <= created_at),
  constraint session_pkey PRIMARY KEY (id),
  constraint session_risk_check CHECK (risk >= 0 AND risk <= 100),
  constraint session_subject_check CHECK (char_length(subject) >= 1 AND char_length(subject) <= 128),
  constraint session_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128)
);

CREATE INDEX session_by_expiry ON session USING btree (expires_at);

grant delete, insert, select, update (last_seen_at, ended_at) on session to app_api;

grant select (id, subject, tenant, ended_at), update (ended_at) on session to app_operator;
