import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { KyselyPlugin } from 'kysely';
import { sql } from 'kysely';
import type { Holder } from '@app/platform/authorization/roles';
import type { NewSession } from '@app/platform/sessions/sessions';
import { ACR_SINGLE_FACTOR, ACR_VERIFIED_USER } from '@app/platform/sessions/caller';
import { grantRole, revokeRole } from '@app/platform/authorization/roles';
import {
  SESSION_KEPT_HOURS,
  SESSION_LIFETIME_HOURS,
  callerFromSession,
  endSessions,
  openSession,
  SESSION_IDLE_MINUTES,
} from '@app/platform/sessions/sessions';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';

const database = await openPlatformDatabase();
after(() => database.close());

const NOON = new Date('2026-03-29T12:00:00Z');
const ALICE: NewSession = { subject: 'alice', tenant: 'acme', acr: ACR_VERIFIED_USER, risk: 0 };

const minutesLater = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

const open = (session: Partial<NewSession> = {}, now = NOON) =>
  database.systemTransaction('test', (tx) => openSession(tx, { ...ALICE, ...session }, now));
const callerOf = (cookieValue: string, now = NOON) =>
  database.systemTransaction('test', (tx) => callerFromSession(tx, cookieValue, now));

async function statementsOf(cookieValue: string, now: Date): Promise<number> {
  let statements = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await database.systemTransaction('test', (tx) =>
    callerFromSession({ ...tx, sql: tx.sql.withPlugin(counter) }, cookieValue, now),
  );
  return statements;
}

async function rows(query: string): Promise<Record<string, unknown>[]> {
  const run = sql.raw<Record<string, unknown>>(query);
  return (await database.ownerTransaction('test', (tx) => run.execute(tx.sql))).rows;
}

test('a session says who signed in, how and when (AUTH-9)', async () => {
  const { cookieValue, sessionId } = await open({
    acr: ACR_SINGLE_FACTOR,
    scopes: ['notes:read'],
    risk: 7,
    confirmationKey: 'thumbprint',
  });
  assert.deepEqual(await callerOf(cookieValue.reveal()), {
    subject: 'alice',
    tenant: 'acme',
    roles: [],
    acr: ACR_SINGLE_FACTOR,
    authTime: NOON,
    scopes: ['notes:read'],
    sessionId,
    confirmationKey: 'thumbprint',
    risk: 7,
  });
});

test('a request within a minute of the one before costs no statement to say so', async () => {
  const { cookieValue, sessionId } = await open();
  const lastSeen = async () =>
    (await rows(`select last_seen_at from session where id = '${sessionId}'`))[0]?.['last_seen_at'];

  const [soon, later] = [minutesLater(0.99), minutesLater(1)];
  const quiet = await statementsOf(cookieValue.reveal(), soon);
  assert.deepEqual(await lastSeen(), NOON);
  assert.equal(await statementsOf(cookieValue.reveal(), later), quiet + 1);
  assert.deepEqual(await lastSeen(), later);
  assert.equal(await statementsOf(cookieValue.reveal(), later), quiet);
});

test('opening a session is audited (OBS-1)', async () => {
  const { sessionId } = await open({ requestId: 'req-2' });
  const trail = await rows(`
    select action, actor, tenant, request_id from audit_event
    where resource = 'session:${sessionId}' order by id`);
  assert.deepEqual(trail, [
    { action: 'session.open', actor: 'alice', tenant: 'acme', request_id: 'req-2' },
  ]);
});

test('a sign-in sweeps sessions that are long dead, and no other (AUTH-9)', async () => {
  const later = minutesLater((SESSION_LIFETIME_HOURS + SESSION_KEPT_HOURS) * 60);
  const justBefore = new Date(later.getTime() - 1);
  const { sessionId: dead } = await open({ subject: 'long-dead' });
  const remains = () => rows(`select id from session where id = '${dead}'`);
  await open({}, justBefore);
  assert.equal((await remains()).length, 1);
  const { sessionId: live } = await open({}, later);
  assert.equal((await remains()).length, 0);
  assert.equal((await rows(`select id from session where id = '${live}'`)).length, 1);
});

test('a sweep takes a bounded number of sessions, so that no sign-in waits for all of them', async () => {
  const later = minutesLater(100 * 60);
  const count = async () => Number((await rows('select count(*) from session'))[0]?.['count']);
  await rows(`
    insert into session (cookie_hash, subject, tenant, acr, risk, auth_time, created_at,
                         last_seen_at, expires_at)
    select decode(lpad(to_hex(n), 64, '0'), 'hex'), 'many', 'acme', 'urn:app:aal1', 0,
           '2026-03-29', '2026-03-29', '2026-03-29', '2026-03-29 12:00'
    from generate_series(1, 250) as n`);
  const before = await count();
  await open({}, later);
  assert.equal(await count(), before - 100 + 1);
});

test('the database refuses a session of which nobody said how risky it is (AUTHZ-5)', async () => {
  await assert.rejects(
    rows(`
      insert into session (cookie_hash, subject, tenant, acr, auth_time, created_at, last_seen_at,
                           expires_at)
      values (decode(repeat('ff', 32), 'hex'), 'alice', 'acme', 'urn:app:aal1', now(), now(), now(),
              now() + interval '1 hour')`),
    /violates not-null constraint/,
  );
});

test('a role counts from the next request on, and is gone with the next one (AUTHZ-4)', async () => {
  const { cookieValue } = await open({ subject: 'zoe' });
  const change = {
    subject: 'zoe',
    tenant: 'acme',
    role: 'operator',
    actor: 'root',
    ticket: 'CHG-1',
  };
  const rolesNow = async () => (await callerOf(cookieValue.reveal()))?.roles;

  assert.deepEqual(await rolesNow(), []);
  await database.operatorTransaction('test', (tx) => grantRole(tx, change, ['operator']));
  assert.deepEqual(await rolesNow(), ['operator']);
  await database.operatorTransaction('test', (tx) => revokeRole(tx, change));
  assert.deepEqual(await rolesNow(), []);
});

async function signIn(subject: string, tenant = 'acme'): Promise<string> {
  return (await open({ subject, tenant }, new Date())).cookieValue.reveal();
}

async function opens(cookie: string): Promise<boolean> {
  return (await callerOf(cookie, new Date())) !== undefined;
}

function end(holder: Holder | undefined, ticket = 'CHG-1') {
  const ending = { ...(holder && { holder }), actor: 'operator:root', ticket };
  return database.operatorTransaction('test', (tx) => endSessions(tx, ending));
}

test('every session ends when nobody is named (AUTH-9)', async () => {
  const cookies = [await signIn('cy'), await signIn('dee', 'globex')];
  const ended = await end(undefined);
  assert.ok(ended.ok && ended.value >= 2);
  assert.deepEqual(await Promise.all(cookies.map(opens)), [false, false]);
});

test('each ended session is on record with who, whose and why (OBS-1)', async () => {
  await signIn('eve');
  await end({ subject: 'eve', tenant: 'acme' }, 'CHG-7');
  const { rows: trail } = await database.ownerTransaction('test', (tx) =>
    sql`
      select action, actor, tenant, detail from audit_event
      where action = 'session.end' and detail ->> 'subject' = 'eve'
    `.execute(tx.sql),
  );
  const detail = { subject: 'eve', ticket: 'CHG-7' };
  assert.deepEqual(trail, [
    { action: 'session.end', actor: 'operator:root', tenant: 'acme', detail },
  ]);
});

test('a caller cannot be given another role or tenant afterwards (AUTHZ-4)', async () => {
  const { cookieValue } = await open();
  const caller = await callerOf(cookieValue.reveal());
  assert.ok(Object.isFrozen(caller));
  assert.ok(Object.isFrozen(caller?.roles) && Object.isFrozen(caller?.scopes));
});

test('the database itself refuses a session that would outlive the day (AUTH-9)', async () => {
  const { sessionId } = await open();
  for (const change of [
    "expires_at = created_at + interval '13 hours'",
    "acr = 'urn:app:root'",
    'risk = 101',
    "cookie_hash = ''",
    "auth_time = created_at + interval '1 second'",
  ]) {
    await assert.rejects(
      rows(`update session set ${change} where id = '${sessionId}'`),
      /violates check constraint/,
    );
  }
});

test('the cookie value is 256 random bits and masked wherever it is printed (AUTH-9)', async () => {
  const opened = await Promise.all([open(), open()]);
  const [first, second] = opened.map(({ cookieValue }) => cookieValue.reveal());
  assert.match(first ?? '', /^[A-Za-z0-9_-]{43}$/);
  assert.notEqual(first, second);
  assert.ok(!JSON.stringify(opened).includes(first ?? ''));
});

test('the lifetimes are the ones that were promised (AUTH-9)', () => {
  assert.deepEqual([SESSION_IDLE_MINUTES, SESSION_LIFETIME_HOURS], [30, 12]);
});

test('no ticket, no end (AUTHZ-4)', async () => {
  const cookie = await signIn('fay');
  assert.deepEqual(await end(undefined, 'none'), { ok: false, error: 'malformed-ticket' });
  assert.equal(await opens(cookie), true);
});
