import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const sealTest = 'proofs/audit/seal.test.ts';
const databaseGrantsTest = 'test/invariants/database-grants.test.ts';
const purgeTest = 'proofs/audit/purge.test.ts';
const healthCheckDiskTest = 'services/api/modules/health-check-disk/health-check-disk.test.ts';
const idempotencyRecordsTest = 'proofs/http/idempotency-records.test.ts';
const jobsTest = 'platform/test/jobs.test.ts';
const lineageTest = 'test/invariants/lineage.test.ts';

export const migrations0005AuditSealMutations: readonly Mutation[] = [
  ...mutationsOf('migrations/platform/0005_audit_seal.sql', [
    [
      'OBS-1',
      '  new.recorded_at := pg_catalog.clock_timestamp();\n',
      '',
      sealTest,
      'nobody chooses when an event happened, or what its digest is (OBS-1)',
    ],
    [
      'OBS-1',
      '  new.digest := public.audit_event_digest(new);\n',
      '  new.digest := coalesce(new.digest, public.audit_event_digest(new));\n',
      sealTest,
      'nobody chooses when an event happened, or what its digest is (OBS-1)',
    ],
    [
      'OBS-1',
      'grant select (id, tenant, digest) on audit_event',
      'grant select on audit_event',
      databaseGrantsTest,
      'app_api holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'OBS-1',
      "and recorded_at > now() - interval '400 days'",
      'and false',
      purgeTest,
      'an event that is younger than its seal says keeps the seal (OBS-1)',
    ],
    [
      'OBS-1',
      'or not exists (select from audit_purge where stream = old.stream and number >= old.number)',
      '',
      purgeTest,
      'the database refuses an operator without a purge, whatever the code says (OBS-1)',
    ],
    [
      'OBS-1',
      'before update or truncate on audit_seal',
      'before truncate on audit_seal',
      purgeTest,
      'nobody rewrites what proves the trail: update audit_seal set number = 9 (OBS-1)',
    ],
    [
      'OBS-1',
      'before update or delete or truncate on audit_purge',
      'before update or truncate on audit_purge',
      purgeTest,
      'nobody rewrites what proves the trail: delete from audit_purge (OBS-1)',
    ],
    [
      'OBS-1',
      "old.sealed_at > now() - interval '400 days' or ",
      '',
      purgeTest,
      'a young seal stays also where its events are gone: it shows that they were there (OBS-1)',
    ],
    [
      'OBS-1',
      'exists (select from audit_seal where stream = old.stream and number < old.number)',
      'false',
      purgeTest,
      'the oldest seal goes first, also where a purge is on record (OBS-1)',
    ],
    [
      'OBS-1',
      'not exists (select from audit_seal where stream = old.stream and number > old.number)',
      'false',
      purgeTest,
      'the newest seal stays, also where a purge is on record (OBS-1)',
    ],
    [
      'OBS-1',
      'alter table audit_event enable always trigger audit_event_is_queued;',
      '',
      sealTest,
      'nobody chooses when an event happened, or what its digest is (OBS-1)',
    ],
    [
      'OBS-1',
      'alter table audit_event enable always trigger audit_event_is_admitted;',
      '',
      sealTest,
      'nobody chooses when an event happened, or what its digest is (OBS-1)',
    ],
    [
      'OBS-1',
      'alter table audit_seal enable always trigger audit_seal_is_append_only;',
      '',
      sealTest,
      'not even a session that calls itself a replica: update audit_seal set number = 9 (OBS-1)',
    ],
    [
      'OBS-1',
      'alter table audit_seal enable always trigger audit_seal_goes_when_old;',
      '',
      sealTest,
      'not even a session that calls itself a replica: delete from audit_seal (OBS-1)',
    ],
    [
      'OBS-1',
      'alter table audit_purge enable always trigger audit_purge_is_append_only;',
      '',
      sealTest,
      'not even a session that calls itself a replica: delete from audit_purge (OBS-1)',
    ],
  ]),
  ...mutationsOf('migrations/health-check-disk/0001_runs.sql', [
    [
      'AUTHZ-1',
      /^ *using .*'app\.tenant'.*\n/m,
      '  using (true);\n',
      healthCheckDiskTest,
      'a statement that forgets the tenant finds no run of another one (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'alter table health_check_disk_run force row level security;',
      '',
      databaseGrantsTest,
      'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'alter table health_check_disk_run enable row level security;',
      '',
      healthCheckDiskTest,
      'a statement that forgets the tenant finds no run of another one (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('migrations/platform/0006_idempotency.sql', [
    [
      'unclaimed',
      "= '' and expires_at <= now());\ncreate policy idempotency_key_sweep_deletes",
      "= '');\ncreate policy idempotency_key_sweep_deletes",
      idempotencyRecordsTest,
      'where no tenant is set, no answer that is still kept can be seen or deleted (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'alter table idempotency_key force row level security;',
      '',
      databaseGrantsTest,
      'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      "using (tenant = current_setting('app.tenant', true))",
      'using (tenant is not null)',
      idempotencyRecordsTest,
      'a statement that forgets the caller finds nothing of another tenant (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('migrations/jobs/0001_jobs.sql', [
    [
      'unclaimed',
      'create unique index job_lane',
      'create index job_lane',
      'proofs/jobs/store.test.ts',
      'an older job that comes to light waits for the one that was begun, however that ends',
    ],
    [
      'HOOK-6',
      '"[a-zA-Z0-9_.:/-]*"',
      '"[^"]*"',
      jobsTest,
      'a payload holds references, and neither words nor addresses (HOOK-6)',
    ],
    [
      'AUTHZ-1',
      'alter table job enable row level security;',
      '',
      jobsTest,
      'a request enqueues for its own tenant, and sees no jobs of another one (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      "in ('', tenant));",
      "in ('', tenant) or true);",
      jobsTest,
      'a request enqueues for its own tenant, and sees no jobs of another one (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'alter table job force row level security;',
      '',
      databaseGrantsTest,
      'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
    ],
    [
      'HOOK-7',
      '  lane text',
      '  colour text,\n  lane text',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
  ...mutationsOf('migrations/platform/0007_rate_limit.sql', [
    [
      'HOOK-7',
      'create index rate',
      'create table forgotten (id integer);\ncreate index rate',
      lineageTest,
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
  ...mutationsOf('migrations/outbound-webhooks/0001_outbound_webhooks.sql', [
    [
      'AUTHZ-1',
      'alter table outbound_key force row level security;',
      'alter table outbound_key no force row level security;\nalter table outbound_key disable row level security;',
      'platform/test/outbound-webhooks.test.ts',
      'a statement that forgets the tenant finds nothing of another one (AUTHZ-1)',
    ],
  ]),
];
