import type { Mutation } from './mutation.ts';

const grantsTest = 'test/invariants/database-grants.test.ts';
const rightsTest = 'proofs/database/own-rights.test.ts';
const currentTest = 'proofs/database/current.test.ts';
const rolesTest = 'proofs/authorization/roles.test.ts';
const sessionsTest = 'proofs/sessions/sessions.test.ts';
const auditTest = 'proofs/audit/record.test.ts';
const notesTest = 'services/api/modules/notes/notes.test.ts';
const trail = 'migrations/platform/0002_audit_event.sql';
const session = 'migrations/platform/0003_session.sql';
const roleGrant = 'migrations/platform/0004_role_grant.sql';
const note = 'migrations/notes/0001_notes.sql';
const own = 'platform/src/database/startup-checks.ts';
const current = 'platform/src/database/startup-checks.ts';

const holds = (role: string) =>
  `${role} holds what is listed for the platform, and rows of modules at most (AUTHZ-4)`;
const member = 'a member creates, reads, changes and deletes a note of their own';

/** A grant that is wider than it must be, and one that is missing. */
export const grantMutations: readonly Mutation[] = [
  ...[
    [
      trail,
      'grant insert on audit_event to app_api,',
      'grant all on audit_event to app_api,',
      'app_api',
    ],
    [session, 'update (last_seen_at, ended_at)', 'update', 'app_api'],
    [
      session,
      'select, insert, delete, update',
      'select, insert, delete, truncate, update',
      'app_api',
    ],
    [
      roleGrant,
      'grant select on role_grant to app_api',
      'grant select, insert on role_grant to app_api',
      'app_api',
    ],
    [roleGrant, 'update (revoked_at, revoked_by, revoke_ticket)', 'update', 'app_operator'],
    [
      note,
      'update (title, body, updated_at)',
      'update (tenant, title, body, updated_at)',
      'app_api',
    ],
    [note, 'on note to app_api', 'on note to app_api, app_operator', 'app_operator'],
  ].map(([file = '', find = '', replace = '', role = '']) =>
    grant(file, find, replace, grantsTest, holds(role)),
  ),
  {
    control: 'AUTHZ-4',
    file: note,
    find: 'grant select, insert, delete',
    replace: 'grant select on note to public; grant select, insert, delete',
    testFile: grantsTest,
    test: 'nothing is granted to everybody (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-1',
    file: note,
    find: 'alter table note force row level security;',
    replace: '',
    testFile: grantsTest,
    test: 'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
  },
  ...[
    [
      trail,
      'grant insert on audit_event to app_api, app_operator;',
      '',
      auditTest,
      'an event is kept with everything that was said about it (OBS-1)',
    ],
    [
      session,
      'grant select, insert, delete, update (last_seen_at, ended_at) on session to app_api;',
      '',
      sessionsTest,
      'a session says who signed in, how and when (AUTH-9)',
    ],
    [
      session,
      ', ended_at) on session to app_api',
      ') on session to app_api',
      sessionsTest,
      'an ended session stays ended, and only that one (AUTH-9)',
    ],
    [
      roleGrant,
      'grant select on role_grant to app_api;',
      '',
      rolesTest,
      'nobody holds a role that was not granted: a fresh database has none (AUTHZ-4)',
    ],
    [
      session,
      'select, insert, delete, update',
      'select, insert, update',
      sessionsTest,
      'a session says who signed in, how and when (AUTH-9)',
    ],
    [note, 'delete, update', 'update', notesTest, member],
    [note, 'title, body, updated_at', 'title, body', notesTest, member],
  ].map(([file = '', find = '', replace = '', testFile = '', test = '']) =>
    grant(file, find, replace, testFile, test),
  ),
  {
    control: 'AUTHZ-4',
    file: own,
    find: 'rights?.above === false && ',
    replace: '',
    testFile: rightsTest,
    test: 'an administrator may not serve: a superuser (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: own,
    find: ' or rolbypassrls',
    replace: '',
    testFile: rightsTest,
    test: 'an administrator may not serve: one that passes the tenant wall (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: own,
    find: ' && !rights.owns',
    replace: '',
    testFile: rightsTest,
    test: 'whoever owns a table may not serve, nor who may become its owner (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-5',
    file: current,
    find: 'if (todo.length === 0) return;',
    replace: 'if (todo.length >= 0) return;',
    testFile: currentTest,
    test: 'a database that is behind is refused, and one that is current is not (AUTHZ-5)',
  },
];

function grant(
  file: string,
  find: string,
  replace: string,
  testFile: string,
  test: string,
): Mutation {
  return { control: 'AUTHZ-4', file, find, replace, testFile, test };
}
