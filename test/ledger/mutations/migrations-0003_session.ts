import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const sessionsTest = 'proofs/sessions/sessions.test.ts';
const databaseGrantsTest = 'test/invariants/database-grants.test.ts';
const recordTest = 'proofs/audit/record.test.ts';
const auditTest = 'platform/test/audit.test.ts';
const notesTest = 'services/api/modules/notes/notes.test.ts';

export const migrations0003SessionMutations: readonly Mutation[] = [
  ...mutationsOf('migrations/platform/0003_session.sql', [
    [
      'AUTH-9',
      " and expires_at <= created_at + interval '12 hours'",
      '',
      sessionsTest,
      'the database itself refuses a session that would outlive the day (AUTH-9)',
    ],
    [
      'AUTHZ-4',
      'update (last_seen_at, ended_at)',
      'update',
      databaseGrantsTest,
      'app_api holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'select, insert, delete, update',
      'select, insert, delete, truncate, update',
      databaseGrantsTest,
      'app_api holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'grant select, insert, delete, update (last_seen_at, ended_at) on session to app_api;',
      '',
      sessionsTest,
      'a session says who signed in, how and when (AUTH-9)',
    ],
    [
      'AUTHZ-4',
      ', ended_at) on session to app_api',
      ') on session to app_api',
      'platform/test/sessions.test.ts',
      'an ended session stays ended, and only that one (AUTH-9)',
    ],
    [
      'AUTHZ-4',
      'select, insert, delete, update',
      'select, insert, update',
      sessionsTest,
      'a session says who signed in, how and when (AUTH-9)',
    ],
    [
      'AUTHZ-5',
      'risk smallint not null check',
      'risk smallint not null default 0 check',
      sessionsTest,
      'the database refuses a session of which nobody said how risky it is (AUTHZ-5)',
    ],
  ]),
  ...mutationsOf('migrations/platform/0004_role_grant.sql', [
    [
      'AUTHZ-4',
      /grant_ticket text not null check .*,/,
      'grant_ticket text not null,',
      'proofs/authorization/roles.test.ts',
      'the database itself refuses a grant without a ticket, or half a revocation',
    ],
    [
      'AUTHZ-4',
      'grant select on role_grant to app_api',
      'grant select, insert on role_grant to app_api',
      databaseGrantsTest,
      'app_api holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'update (revoked_at, revoked_by, revoke_ticket)',
      'update',
      databaseGrantsTest,
      'app_operator holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'grant select on role_grant to app_api;',
      '',
      'platform/test/authorization.test.ts',
      'nobody holds a role that was not granted: a fresh database has none (AUTHZ-4)',
    ],
  ]),
  ...mutationsOf('migrations/platform/0002_audit_event.sql', [
    [
      'AUTHZ-4',
      'grant insert on audit_event to app_api,',
      'grant all on audit_event to app_api,',
      databaseGrantsTest,
      'app_api holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'grant insert on audit_event to app_api, app_operator;',
      '',
      recordTest,
      'an event is kept with everything that was said about it (OBS-1)',
    ],
    [
      'OBS-1',
      'before update or delete or truncate',
      'before delete or truncate',
      auditTest,
      "the trail is append-only: update audit_event set outcome = 'success' (OBS-1)",
    ],
    [
      'OBS-1',
      'before update or delete or truncate',
      'before update or truncate',
      recordTest,
      'the trail is append-only: delete from audit_event (OBS-1)',
    ],
    [
      'OBS-1',
      'before update or delete or truncate',
      'before update or delete',
      auditTest,
      'the trail is append-only: truncate audit_event (OBS-1)',
    ],
    [
      'OBS-1',
      'alter table audit_event enable always trigger audit_event_is_append_only;',
      '',
      recordTest,
      'not even a session that calls itself a replica rewrites the trail (OBS-1)',
    ],
  ]),
  ...mutationsOf('migrations/notes/0001_notes.sql', [
    [
      'AUTHZ-4',
      'update (title, body, updated_at)',
      'update (tenant, title, body, updated_at)',
      databaseGrantsTest,
      'app_api holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'on note to app_api',
      'on note to app_api, app_operator',
      databaseGrantsTest,
      'app_operator holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'grant select, insert, delete',
      'grant select on note to public; grant select, insert, delete',
      databaseGrantsTest,
      'nothing is granted to everybody (AUTHZ-4)',
    ],
    [
      'AUTHZ-1',
      'alter table note force row level security;',
      '',
      databaseGrantsTest,
      'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
    ],
    [
      'AUTHZ-4',
      'delete, update',
      'update',
      notesTest,
      'a member creates, reads, changes and deletes a note of their own',
    ],
    [
      'AUTHZ-4',
      'title, body, updated_at',
      'title, body',
      notesTest,
      'a member creates, reads, changes and deletes a note of their own',
    ],
    [
      'AUTHZ-1',
      'alter table note enable row level security;',
      '',
      notesTest,
      'a statement that forgets the tenant finds nothing of another one (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      "using (tenant = current_setting('app.tenant', true))",
      'using (true)',
      notesTest,
      'a statement that forgets the tenant finds nothing of another one (AUTHZ-1)',
    ],
    [
      'HOOK-7',
      '  title text',
      '  mood text,\n  title text',
      'test/invariants/lineage.test.ts',
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
];
