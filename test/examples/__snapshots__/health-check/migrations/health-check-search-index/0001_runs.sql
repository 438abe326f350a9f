create table health_check_search_index_run (
  id bigint generated always as identity primary key,
  tenant text not null check (char_length(tenant) between 1 and 128),
  ran_by text not null check (char_length(ran_by) between 1 and 128),
  ran_at timestamptz not null default clock_timestamp(),
  duration_ms integer not null check (duration_ms >= 0),
  passed boolean not null
);

create index on health_check_search_index_run (tenant, id desc);

alter table health_check_search_index_run enable row level security;
alter table health_check_search_index_run force row level security;

-- Readiness belongs to no tenant, and reads the latest run of any. Everybody else has one. (AUTHZ-1)
create policy tenant_wall on health_check_search_index_run
  using (coalesce(current_setting('app.tenant', true), '') in ('', tenant));

-- Runs are a record: they are added and read. (OBS-1)
grant select, insert on health_check_search_index_run to app_api;
