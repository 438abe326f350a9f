import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const sessionsTest = 'proofs/sessions/sessions.test.ts';
const testSessionsTest = 'platform/test/sessions.test.ts';

export const sessionsMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/sessions/sessions.ts', [
    [
      'AUTH-9',
      'SESSION_IDLE_MINUTES = 30',
      'SESSION_IDLE_MINUTES = 300',
      sessionsTest,
      'the lifetimes are the ones that were promised (AUTH-9)',
    ],
    [
      'AUTH-9',
      'SESSION_LIFETIME_HOURS = 12',
      'SESSION_LIFETIME_HOURS = 11',
      sessionsTest,
      'the lifetimes are the ones that were promised (AUTH-9)',
    ],
    [
      'AUTH-9',
      'randomBytes(COOKIE_BYTES)',
      'Buffer.alloc(COOKIE_BYTES, tx.reason)',
      sessionsTest,
      'the cookie value is 256 random bits and masked wherever it is printed (AUTH-9)',
    ],
    [
      'AUTH-9',
      "createHash('sha256').update(cookieValue, 'utf8').digest()",
      "Buffer.from(cookieValue, 'base64url')",
      testSessionsTest,
      'a copy of the database signs nobody in: only the hash is at rest (AUTH-9)',
    ],
    [
      'AUTH-9',
      '      and last_seen_at > ${idleSince}\n',
      '',
      testSessionsTest,
      'a session left alone ends after 30 minutes (AUTH-9)',
    ],
    [
      'AUTH-9',
      '      and expires_at > ${now}\n',
      '',
      testSessionsTest,
      'a session in use ends after 12 hours (AUTH-9)',
    ],
    [
      'AUTH-9',
      '      and ended_at is null\n',
      '',
      testSessionsTest,
      'an ended session stays ended, and only that one (AUTH-9)',
    ],
    [
      'AUTHZ-4',
      'Object.freeze(facts)',
      'facts as object',
      sessionsTest,
      'a caller cannot be given another role or tenant afterwards (AUTHZ-4)',
    ],
    [
      'AUTH-9',
      /^ *await sweepSessions\(.*\n/m,
      '',
      sessionsTest,
      'a sign-in sweeps sessions that are long dead, and no other (AUTH-9)',
    ],
    [
      'AUTH-9',
      'limit ${atMost} for update',
      'limit ${atMost * 1000} for update',
      sessionsTest,
      'a sweep takes a bounded number of sessions, so that no sign-in waits for all of them',
    ],
    [
      'OBS-1',
      "  await recordAudit(tx, {\n    action: 'session.open'",
      "  void ({\n    action: 'session.open'",
      sessionsTest,
      'opening a session is audited (OBS-1)',
    ],
    [
      'AUTH-9',
      ' and tenant = ${holder.tenant}',
      '',
      testSessionsTest,
      'every session of the holder ends, in that tenant, and nobody else’s (AUTH-9)',
    ],
    [
      'AUTHZ-4',
      "if (!TICKET.test(ticket)) return err('malformed-ticket');",
      '',
      sessionsTest,
      'no ticket, no end (AUTHZ-4)',
    ],
    [
      'OBS-1',
      'for (const { id, subject, tenant } of rows)',
      'for (const { id, subject, tenant } of rows.slice(1))',
      sessionsTest,
      'each ended session is on record with who, whose and why (OBS-1)',
    ],
    [
      'HOOK-7',
      'SESSION_KEPT_HOURS = 24',
      'SESSION_KEPT_HOURS = 48',
      'test/invariants/lineage.test.ts',
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
];
