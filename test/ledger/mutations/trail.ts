import type { Mutation } from './mutation.ts';

const audit = 'platform/src/audit/record.ts';
const clean = 'platform/src/audit/record.ts';
const table = 'migrations/platform/0002_audit_event.sql';
const authorize = 'platform/src/http/authorize.ts';
const auditTest = 'proofs/audit/record.test.ts';
const cleanTest = 'proofs/audit/clean.test.ts';
const accessTest = 'proofs/http/access.test.ts';
const changesTest = 'test/invariants/every-change-is-audited.test.ts';
const rolesTest = 'proofs/authorization/roles.test.ts';

export const trailMutations: readonly Mutation[] = [
  {
    control: 'OBS-1',
    file: audit,
    find: '  requireOwnName(tx, event);\n',
    replace: '',
    testFile: auditTest,
    test: 'nobody signs for somebody else, or in another tenant (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: audit,
    find: ' || event.tenant !== tx.caller.tenant',
    replace: '',
    testFile: auditTest,
    test: 'nobody signs for somebody else, or in another tenant (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: audit,
    find: '  `.execute(tx.sql);\n',
    replace: '  `.execute(tx.sql).catch(() => {});\n',
    testFile: auditTest,
    test: 'an event without an actor or a resource is no event (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: audit,
    find: '${cleanText(event.resource)}',
    replace: '${event.resource}',
    testFile: auditTest,
    test: 'no text an attacker chooses keeps a refusal out of the trail (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: table,
    find: 'before update or delete or truncate',
    replace: 'before delete or truncate',
    testFile: auditTest,
    test: "the trail is append-only: update audit_event set outcome = 'success' (OBS-1)",
  },
  {
    control: 'OBS-1',
    file: table,
    find: 'before update or delete or truncate',
    replace: 'before update or truncate',
    testFile: auditTest,
    test: 'the trail is append-only: delete from audit_event (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: table,
    find: 'before update or delete or truncate',
    replace: 'before update or delete',
    testFile: auditTest,
    test: 'the trail is append-only: truncate audit_event (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: table,
    find: 'alter table audit_event enable always trigger audit_event_is_append_only;',
    replace: '',
    testFile: auditTest,
    test: 'not even a session that calls itself a replica rewrites the trail (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: clean,
    find: '.replace(/[\\p{Cc}\\u2028\\u2029]/gu',
    replace: '.replace(/[\\u2028\\u2029]/gu',
    testFile: cleanTest,
    test: 'a line break cannot forge a second entry (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: clean,
    find: 'if (readable.length <= MAX_TEXT)',
    replace: 'if (readable)',
    testFile: cleanTest,
    test: 'long text is clipped, and says so (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: 'platform/src/http/authorize.ts',
    find: /^ *await recordAudit\(.*'success'.*\n/m,
    replace: '',
    testFile: changesTest,
    test: 'every change writes an audit event (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: authorize,
    find: ' && !hasRecordedChange(by)',
    replace: ' && by === undefined',
    testFile: accessTest,
    test: 'a change that records nothing is rolled back (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: 'platform/src/http/access.ts',
    find: "  app.addHook('onSend', refuseEarlyAnswer);\n",
    replace: '',
    testFile: accessTest,
    test: 'an answer that is sent before the commit is turned into an error, and nothing commits',
  },
  {
    control: 'OBS-1',
    file: authorize,
    find: 'withinTimeLimit(act(tx))',
    replace: 'act(tx)',
    testFile: accessTest,
    test: 'a handler that takes too long is cut off, and nothing commits',
  },
  {
    control: 'OBS-1',
    file: 'platform/src/authorization/roles.ts',
    find: "  await recordChange(tx, 'role.grant', change);\n",
    replace: '',
    testFile: rolesTest,
    test: 'every change is audited, with who, what and why (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: 'platform/src/authorization/roles.ts',
    find: "  await recordChange(tx, 'role.revoke', change);\n",
    replace: '',
    testFile: rolesTest,
    test: 'every change is audited, with who, what and why (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: 'platform/src/sessions/sessions.ts',
    find: "  await recordAudit(tx, {\n    action: 'session.open'",
    replace: "  void ({\n    action: 'session.open'",
    testFile: 'proofs/sessions/sessions.test.ts',
    test: 'opening a session is audited (OBS-1)',
  },
];
