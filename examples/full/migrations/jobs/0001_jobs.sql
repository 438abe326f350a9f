-- Work that is done later and once. A row is written in the transaction that makes the work necessary, so neither exists
-- without the other, and its effect commits together with its end. (HOOK-3)
create table job (
  id bigint generated always as identity primary key,
  kind text not null check (char_length(kind) <= 40 and kind ~ '^[a-z][a-z0-9-]*$'),
  -- References, and nothing of what they refer to: no words, no addresses. (HOOK-6)
  payload jsonb not null
    constraint job_payload_holds_references check (
      -- Lengths apart from shapes: a bounded repetition costs several times as much.
      octet_length(payload::text) <= 2048 and payload::text ~
        '^\{("[a-zA-Z]+": ("[a-zA-Z0-9_.:/-]*"|-?[0-9.]+|true|false)(, |\}$))*\}?$'),
  -- Jobs of one lane run one after the other, oldest first. One that is dead holds up those behind it: they may build on
  -- what it has not done.
  lane text check (char_length(lane) between 1 and 200),
  tenant text check (char_length(tenant) between 1 and 128),
  state text not null default 'ready' check (state in ('ready', 'done', 'dead', 'dropped')),
  -- Only ever grows: whoever holds an older number has lost the job to somebody else. (HOOK-3)
  attempts integer not null default 0 check (attempts >= 0),
  -- The last attempt there is. It grows by those that are given back.
  max_attempts integer not null check (max_attempts >= 1),
  run_at timestamptz not null default now(),
  -- Until then nobody else takes it.
  locked_until timestamptz,
  -- What failed and where, never what it said: that may quote anybody's data. (HOOK-6)
  last_error text check (last_error ~ '^[a-zA-Z0-9_.:/@+-]{1,60}( at [a-zA-Z0-9_.:/@+-]{1,200})?$'),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint job_is_held_while_ready check (locked_until is null or state = 'ready'),
  constraint job_ends_at_a_time check ((state = 'ready') = (finished_at is null))
);

create index job_by_turn on job (run_at, id) where state = 'ready';
create index job_by_end on job (finished_at) where finished_at is not null;
create index job_by_lane on job (lane, id) where lane is not null and state in ('ready', 'dead');

-- Two workers that look at once may each find the head of a lane: the second one to take it is refused.
create unique index job_lane_runs_one on job (lane) where lane is not null and locked_until is not null;

-- A request sees the jobs of its tenant. Whoever belongs to none works through all of them. (AUTHZ-1)
alter table job enable row level security;
alter table job force row level security;

create policy job_tenant_wall on job
  using (coalesce(current_setting('app.tenant', true), '') in ('', tenant));

-- What a job is about never changes, nor whose it is. (AUTHZ-4)
grant select, insert, delete,
  update (state, attempts, max_attempts, run_at, locked_until, last_error, finished_at)
  on job to app_api;
grant select (id, kind, tenant, state, attempts, last_error, created_at, finished_at),
  update (state, max_attempts, run_at, finished_at)
  on job to app_operator;
