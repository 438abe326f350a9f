import type { Mutation } from './mutation.ts';

const sessions = 'platform/src/sessions/sessions.ts';
const store = 'platform/src/sessions/sessions.ts';
const cookie = 'platform/src/http/sessions.ts';
const sessionsTest = 'proofs/sessions/sessions.test.ts';
const localTest = 'proofs/development/development.test.ts';

const attributes =
  'the cookie is __Host-, Secure, HttpOnly, SameSite=Lax and for this host alone (AUTH-9)';

export const sessionMutations: readonly Mutation[] = [
  {
    control: 'AUTH-9',
    file: cookie,
    find: "= '__Host-session'",
    replace: "= 'session'",
    testFile: localTest,
    test: attributes,
  },
  {
    control: 'AUTH-9',
    file: cookie,
    find: '; Secure',
    replace: '',
    testFile: localTest,
    test: attributes,
  },
  {
    control: 'AUTH-9',
    file: cookie,
    find: '; HttpOnly',
    replace: '',
    testFile: localTest,
    test: attributes,
  },
  {
    control: 'AUTH-9',
    file: cookie,
    find: 'SameSite=Lax',
    replace: 'SameSite=None',
    testFile: localTest,
    test: attributes,
  },
  {
    control: 'AUTH-9',
    file: cookie,
    find: '; Path=/',
    replace: '; Path=/; Domain=example.com',
    testFile: localTest,
    test: attributes,
  },
  {
    control: 'AUTH-9',
    file: sessions,
    find: 'SESSION_IDLE_MINUTES = 30',
    replace: 'SESSION_IDLE_MINUTES = 300',
    testFile: sessionsTest,
    test: 'the lifetimes are the ones that were promised (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: sessions,
    find: 'SESSION_LIFETIME_HOURS = 12',
    replace: 'SESSION_LIFETIME_HOURS = 11',
    testFile: sessionsTest,
    test: 'the lifetimes are the ones that were promised (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: sessions,
    find: 'randomBytes(COOKIE_BYTES)',
    replace: 'Buffer.alloc(COOKIE_BYTES, tx.reason)',
    testFile: sessionsTest,
    test: 'the cookie value is 256 random bits and masked wherever it is printed (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: store,
    find: "createHash('sha256').update(cookieValue, 'utf8').digest()",
    replace: "Buffer.from(cookieValue, 'base64url')",
    testFile: sessionsTest,
    test: 'a copy of the database signs nobody in: only the hash is at rest (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: store,
    find: '      and last_seen_at > ${idleSince}\n',
    replace: '',
    testFile: sessionsTest,
    test: 'a session left alone ends after 30 minutes (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: store,
    find: '      and expires_at > ${now}\n',
    replace: '',
    testFile: sessionsTest,
    test: 'a session in use ends after 12 hours (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: store,
    find: '      and ended_at is null\n',
    replace: '',
    testFile: sessionsTest,
    test: 'an ended session stays ended, and only that one (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: 'migrations/platform/0003_session.sql',
    find: " and expires_at <= created_at + interval '12 hours'",
    replace: '',
    testFile: sessionsTest,
    test: 'the database itself refuses a session that would outlive the day (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: 'platform/src/http/sessions.ts',
    find: ' || another !== undefined',
    replace: '',
    testFile: 'proofs/http/access.test.ts',
    test: 'two session cookies prove nothing: one of them was planted',
  },
];
