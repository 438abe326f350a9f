CREATE OR REPLACE FUNCTION refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'audit_event is append-only: % is refused', tg_op
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
  constraint audit_event_action_check CHECK (char_length(action) >= 1 AND char_length(action) <= 256),
  constraint audit_event_activity_id_check CHECK (activity_id >= 0 AND activity_id <= 99),
  constraint audit_event_actor_check CHECK (char_length(actor) >= 1 AND char_length(actor) <= 256),
  constraint audit_event_class_uid_check CHECK (class_uid >= 1001 AND class_uid <= 9999),
  constraint audit_event_detail_check CHECK (jsonb_typeof(detail) = 'object'::text),
  constraint audit_event_outcome_check CHECK (outcome = ANY (ARRAY['success'::text, 'denied'::text, 'failure'::text])),
  constraint audit_event_pkey PRIMARY KEY (id),
  constraint audit_event_policy_version_check CHECK (policy_version ~ '^[0-9a-f]{64}$'::text),
  constraint audit_event_request_id_check CHECK (char_length(request_id) >= 1 AND char_length(request_id) <= 256),
  constraint audit_event_resource_check CHECK (char_length(resource) >= 1 AND char_length(resource) <= 256),
  constraint audit_event_tenant_check CHECK (char_length(tenant) >= 1 AND char_length(tenant) <= 256)
);

CREATE INDEX audit_event_by_actor ON audit_event USING btree (actor, recorded_at);

CREATE INDEX audit_event_by_tenant ON audit_event USING btree (tenant, recorded_at);

CREATE TRIGGER audit_event_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_event enable always trigger audit_event_is_append_only;

grant insert on audit_event to app_api;

grant insert, select on audit_event to app_operator;

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
  risk smallint default 0 not null,
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

grant insert, select, update (last_seen_at, ended_at) on session to app_api;

grant select (id, subject, tenant, ended_at), update (ended_at) on session to app_operator;
