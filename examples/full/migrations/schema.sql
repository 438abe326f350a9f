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

create table job (
  id bigint generated always as identity not null,
  kind text not null,
  payload jsonb not null,
  lane text,
  tenant text,
  state text default 'ready'::text not null,
  attempts integer default 0 not null,
  max_attempts integer not null,
  run_at timestamp with time zone default now() not null,
  locked_until timestamp with time zone,
  last_error text,
  created_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  constraint job_attempts_check CHECK (attempts >= 0),
  constraint job_ends_at_a_time CHECK ((state = 'ready'::text) = (finished_at IS NULL)),
  constraint job_is_held_while_ready CHECK (locked_until IS NULL OR state = 'ready'::text),
  constraint job_kind_check CHECK (char_length(kind) <= 40 AND kind ~ '^[a-z][a-z0-9-]*$'::text),
  constraint job_lane_check CHECK (char_length(lane) >= 1 AND char_length(lane) <= 200),
  constraint job_last_error_check CHECK (last_error ~ '^[a-zA-Z0-9_.:/@+-]{1,60}( at [a-zA-Z0-9_.:/@+-]{1,200})?$'::text),
  constraint job_max_attempts_check CHECK (max_attempts >= 1),
  constraint job_payload_holds_references CHECK (octet_length(payload::text) <= 2048 AND payload::text ~ '^\{("[a-zA-Z]+": ("[a-zA-Z0-9_.:/-]*"|-?[0-9.]+|true|false)(, |\}$))*\}?$'::text),
  constraint job_pkey PRIMARY KEY (id),
  constraint job_state_check CHECK (state = ANY (ARRAY['ready'::text, 'done'::text, 'dead'::text, 'dropped'::text])),
  constraint job_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128)
);

CREATE INDEX job_by_end ON job USING btree (finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX job_by_lane ON job USING btree (lane, id) WHERE lane IS NOT NULL AND (state = ANY (ARRAY['ready'::text, 'dead'::text]));

CREATE INDEX job_by_turn ON job USING btree (run_at, id) WHERE state = 'ready'::text;

CREATE UNIQUE INDEX job_lane_runs_one ON job USING btree (lane) WHERE lane IS NOT NULL AND locked_until IS NOT NULL;

alter table job force row level security;

create policy job_tenant_wall on job as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text OR COALESCE(current_setting('app.tenant'::text, true), ''::text) = tenant);

grant delete, insert, select, update (state, attempts, max_attempts, run_at, locked_until, last_error, finished_at) on job to app_api;

grant insert, select (id, kind, payload, tenant, state, attempts, last_error, created_at, finished_at), update (state, max_attempts, run_at, finished_at) on job to app_operator;

create table model_client_assistant_budget (
  tenant text not null,
  day date not null,
  spent bigint not null,
  constraint model_client_assistant_budget_pkey PRIMARY KEY (tenant),
  constraint model_client_assistant_budget_spent_check CHECK (spent >= 0),
  constraint model_client_assistant_budget_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128)
);

alter table model_client_assistant_budget force row level security;

create policy model_client_assistant_tenant_wall on model_client_assistant_budget as permissive for all to public using (tenant = current_setting('app.tenant'::text, true));

grant insert, select, update (day, spent) on model_client_assistant_budget to app_api;

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

create table outbound_attempt (
  id bigint generated always as identity not null,
  tenant text not null,
  subscriber uuid not null,
  event uuid not null,
  type text not null,
  attempt integer not null,
  at timestamp with time zone default now() not null,
  duration_ms integer not null,
  status integer,
  fault text,
  next_at timestamp with time zone,
  constraint outbound_attempt_attempt_check CHECK (attempt >= 1),
  constraint outbound_attempt_duration_ms_check CHECK (duration_ms >= 0),
  constraint outbound_attempt_fault_check CHECK (fault = ANY (ARRAY['status'::text, 'timeout'::text, 'certificate'::text, 'unreachable'::text])),
  constraint outbound_attempt_pkey PRIMARY KEY (id),
  constraint outbound_attempt_status_check CHECK (status >= 100 AND status <= 999),
  constraint outbound_attempt_subscriber_fkey FOREIGN KEY (subscriber) REFERENCES outbound_subscriber(id) ON DELETE CASCADE,
  constraint outbound_attempt_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128),
  constraint outbound_attempt_type_check CHECK (char_length(type) >= 1 AND char_length(type) <= 244)
);

CREATE INDEX outbound_attempt_by_age ON outbound_attempt USING btree (at);

CREATE INDEX outbound_attempt_by_subscriber ON outbound_attempt USING btree (subscriber, id DESC);

alter table outbound_attempt force row level security;

create policy outbound_attempt_tenant_wall on outbound_attempt as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text OR COALESCE(current_setting('app.tenant'::text, true), ''::text) = tenant);

grant delete, insert, select on outbound_attempt to app_api;

create table outbound_event (
  id uuid not null,
  tenant text not null,
  stream text not null,
  type text not null,
  body text not null,
  created_at timestamp with time zone default now() not null,
  constraint outbound_event_body_check CHECK (octet_length(body) <= 65536),
  constraint outbound_event_pkey PRIMARY KEY (id),
  constraint outbound_event_stream_check CHECK (stream ~ '^[a-z][a-z0-9-]{0,39}$'::text),
  constraint outbound_event_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128),
  constraint outbound_event_type_check CHECK (char_length(type) >= 1 AND char_length(type) <= 244)
);

CREATE INDEX outbound_event_by_age ON outbound_event USING btree (created_at);

alter table outbound_event force row level security;

create policy outbound_event_tenant_wall on outbound_event as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text OR COALESCE(current_setting('app.tenant'::text, true), ''::text) = tenant);

grant delete, insert, select on outbound_event to app_api;

create table outbound_key (
  id uuid not null,
  tenant text not null,
  subscriber uuid not null,
  sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  ends_at timestamp with time zone,
  constraint outbound_key_pkey PRIMARY KEY (id),
  constraint outbound_key_subscriber_fkey FOREIGN KEY (subscriber) REFERENCES outbound_subscriber(id) ON DELETE CASCADE,
  constraint outbound_key_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128)
);

CREATE INDEX outbound_key_by_subscriber ON outbound_key USING btree (subscriber);

alter table outbound_key force row level security;

create policy outbound_key_tenant_wall on outbound_key as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text OR COALESCE(current_setting('app.tenant'::text, true), ''::text) = tenant);

grant delete, insert, select, update (ends_at) on outbound_key to app_api;

create table outbound_subscriber (
  id uuid default gen_random_uuid() not null,
  tenant text not null,
  stream text not null,
  url text not null,
  created_by text not null,
  created_at timestamp(3) with time zone default now() not null,
  status text default 'enabled'::text not null,
  disabled_reason text,
  disabled_at timestamp with time zone,
  failures integer default 0 not null,
  failing_since timestamp with time zone,
  paused_until timestamp with time zone,
  constraint outbound_subscriber_created_by_check CHECK (char_length(created_by) >= 1 AND char_length(created_by) <= 128),
  constraint outbound_subscriber_disabled_reason_check CHECK (disabled_reason = ANY (ARRAY['asked'::text, 'gone'::text, 'failing'::text, 'service'::text])),
  constraint outbound_subscriber_fails_since CHECK ((failures > 0) = (failing_since IS NOT NULL)),
  constraint outbound_subscriber_failures_check CHECK (failures >= 0),
  constraint outbound_subscriber_pkey PRIMARY KEY (id),
  constraint outbound_subscriber_says_why CHECK ((status = 'disabled'::text) = (disabled_reason IS NOT NULL) AND (status = 'disabled'::text) = (disabled_at IS NOT NULL)),
  constraint outbound_subscriber_status_check CHECK (status = ANY (ARRAY['enabled'::text, 'disabled'::text])),
  constraint outbound_subscriber_stream_check CHECK (stream ~ '^[a-z][a-z0-9-]{0,39}$'::text),
  constraint outbound_subscriber_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 128),
  constraint outbound_subscriber_url_check CHECK (url ~ '^https://[!-~]+$'::text AND char_length(url) <= 2000)
);

CREATE INDEX outbound_subscriber_by_stream ON outbound_subscriber USING btree (tenant, stream, created_at DESC, id DESC);

alter table outbound_subscriber force row level security;

create policy outbound_subscriber_tenant_wall on outbound_subscriber as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text OR COALESCE(current_setting('app.tenant'::text, true), ''::text) = tenant);

grant delete, insert, select, update (status, disabled_reason, disabled_at, failures, failing_since, paused_until) on outbound_subscriber to app_api;

grant select (id, tenant, stream, status, disabled_reason, disabled_at, failures, failing_since), update (status, disabled_reason, disabled_at, failures, failing_since, paused_until) on outbound_subscriber to app_operator;

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

create table webhook_billing_partner_event (
  delivery bigint not null,
  type text not null,
  received_at timestamp with time zone not null,
  constraint webhook_billing_partner_event_pkey PRIMARY KEY (delivery),
  constraint webhook_billing_partner_event_type_check CHECK (char_length(type) >= 1 AND char_length(type) <= 200)
);

grant insert, select on webhook_billing_partner_event to app_api;

create table webhook_data_key (
  id uuid not null,
  endpoint text not null,
  wrapped bytea not null,
  created_at timestamp with time zone default now() not null,
  constraint webhook_data_key_endpoint_check CHECK (endpoint ~ '^[a-z][a-z0-9-]{0,31}$'::text),
  constraint webhook_data_key_pkey PRIMARY KEY (id)
);

alter table webhook_data_key force row level security;

create policy webhook_data_key_outside_of_tenants on webhook_data_key as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text);

grant delete, insert, select on webhook_data_key to app_api;

grant select on webhook_data_key to app_operator;

create table webhook_delivery (
  id bigint generated always as identity not null,
  endpoint text not null,
  dedupe_key text not null,
  received_at timestamp with time zone default now() not null,
  signed_at timestamp with time zone,
  key_id text not null,
  lane text,
  data_key uuid not null,
  sealed bytea not null,
  retain_until timestamp with time zone not null,
  constraint webhook_delivery_check CHECK (retain_until > received_at),
  constraint webhook_delivery_data_key_fkey FOREIGN KEY (data_key) REFERENCES webhook_data_key(id),
  constraint webhook_delivery_dedupe_key_check CHECK (dedupe_key ~ '^(id:[!-~]+|(body|digest):[0-9a-f]{64})$'::text AND char_length(dedupe_key) <= 300),
  constraint webhook_delivery_endpoint_check CHECK (endpoint ~ '^[a-z][a-z0-9-]{0,31}$'::text),
  constraint webhook_delivery_key_id_check CHECK (key_id ~ '^[!-~]{1,100}$'::text),
  constraint webhook_delivery_lane_check CHECK (char_length(lane) >= 1 AND char_length(lane) <= 200),
  constraint webhook_delivery_pkey PRIMARY KEY (id)
);

CREATE INDEX webhook_delivery_by_end ON webhook_delivery USING btree (retain_until);

CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery USING btree (endpoint, id);

CREATE INDEX webhook_delivery_by_time ON webhook_delivery USING brin (received_at);

alter table webhook_delivery force row level security;

create policy webhook_delivery_outside_of_tenants on webhook_delivery as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text);

grant delete, insert, select on webhook_delivery to app_api;

grant select on webhook_delivery to app_operator;

create table webhook_github_event (
  delivery bigint not null,
  type text not null,
  received_at timestamp with time zone not null,
  constraint webhook_github_event_pkey PRIMARY KEY (delivery),
  constraint webhook_github_event_type_check CHECK (char_length(type) >= 1 AND char_length(type) <= 200)
);

grant insert, select on webhook_github_event to app_api;

create table webhook_seen (
  endpoint text not null,
  dedupe_key text not null,
  fingerprint bytea not null,
  seen_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  constraint webhook_seen_check CHECK (expires_at > seen_at),
  constraint webhook_seen_dedupe_key_check CHECK (dedupe_key ~ '^(id:[!-~]+|(body|digest):[0-9a-f]{64})$'::text AND char_length(dedupe_key) <= 300),
  constraint webhook_seen_endpoint_check CHECK (endpoint ~ '^[a-z][a-z0-9-]{0,31}$'::text),
  constraint webhook_seen_fingerprint_check CHECK (octet_length(fingerprint) = 32),
  constraint webhook_seen_pkey PRIMARY KEY (endpoint, dedupe_key)
);

CREATE INDEX webhook_seen_by_end ON webhook_seen USING btree (expires_at);

alter table webhook_seen force row level security;

create policy webhook_seen_outside_of_tenants on webhook_seen as permissive for all to public using (COALESCE(current_setting('app.tenant'::text, true), ''::text) = ''::text);

grant delete, insert, select, update (fingerprint, seen_at, expires_at) on webhook_seen to app_api;

create table webhook_stripe_event (
  delivery bigint not null,
  type text not null,
  received_at timestamp with time zone not null,
  constraint webhook_stripe_event_pkey PRIMARY KEY (delivery),
  constraint webhook_stripe_event_type_check CHECK (char_length(type) >= 1 AND char_length(type) <= 200)
);

grant insert, select on webhook_stripe_event to app_api;

create table webhook_warehouse_event (
  delivery bigint not null,
  type text not null,
  received_at timestamp with time zone not null,
  constraint webhook_warehouse_event_pkey PRIMARY KEY (delivery),
  constraint webhook_warehouse_event_type_check CHECK (char_length(type) >= 1 AND char_length(type) <= 200)
);

grant insert, select on webhook_warehouse_event to app_api;
