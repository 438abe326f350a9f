import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import type { KyselyPlugin } from 'kysely';
import { sql } from 'kysely';
import type { NewSession } from '@app/platform/sessions/sessions';
import { ACR_SINGLE_FACTOR, ACR_VERIFIED_USER } from '@app/platform/sessions/caller';
import { grantRole, revokeRole } from '@app/platform/authorization/roles';
import {
  SESSION_IDLE_MINUTES,
  SESSION_KEPT_HOURS,
  SESSION_LIFETIME_HOURS,
  callerFromSession,
  endSession,
  openSession,
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

test('a caller cannot be given another role or tenant afterwards (AUTHZ-4)', async () => {
  const { cookieValue } = await open();
  const caller = await callerOf(cookieValue.reveal());
  assert.ok(Object.isFrozen(caller));
  assert.ok(Object.isFrozen(caller?.roles) && Object.isFrozen(caller?.scopes));
});

test('the cookie value is 256 random bits and masked wherever it is printed (AUTH-9)', async () => {
  const opened = await Promise.all([open(), open()]);
  const [first, second] = opened.map(({ cookieValue }) => cookieValue.reveal());
  assert.match(first ?? '', /^[A-Za-z0-9_-]{43}$/);
  assert.notEqual(first, second);
  assert.ok(!JSON.stringify(opened).includes(first ?? ''));
});

test('a copy of the database signs nobody in: only the hash is at rest (AUTH-9)', async () => {
  const { cookieValue, sessionId } = await open();
  const [row] = await rows(`select * from session where id = '${sessionId}'`);
  const hash = createHash('sha256').update(cookieValue.reveal()).digest();
  assert.deepEqual(row?.['cookie_hash'], hash);

  const trail = await rows(`select row_to_json(audit_event)::text as text from audit_event`);
  assert.ok(trail.length > 0 && !JSON.stringify([row, trail]).includes(cookieValue.reveal()));
  for (const stolen of [hash.toString('base64url'), sessionId]) {
    assert.equal(await callerOf(stolen), undefined);
  }
});

test('what is no cookie value opens nothing (AUTH-9)', async () => {
  const { cookieValue } = await open();
  const value = cookieValue.reveal();
  for (const wrong of [
    '',
    value.slice(1),
    `${value}A`,
    ` ${value}`,
    `${value}\n`,
    value.toLowerCase(),
    `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`,
    "' or true --",
    'A'.repeat(43),
    '\u0000'.repeat(43),
  ]) {
    assert.equal(await callerOf(wrong), undefined);
  }
});

test(`a session left alone ends after ${SESSION_IDLE_MINUTES} minutes (AUTH-9)`, async () => {
  const { cookieValue } = await open();
  const value = cookieValue.reveal();
  assert.equal(await callerOf(value, minutesLater(SESSION_IDLE_MINUTES)), undefined);
  assert.ok(await callerOf(value, minutesLater(SESSION_IDLE_MINUTES - 0.01)));
});

test(`a session in use ends after ${SESSION_LIFETIME_HOURS} hours (AUTH-9)`, async () => {
  const { cookieValue, expiresAt } = await open();
  const lifetime = SESSION_LIFETIME_HOURS * 60;
  for (let minute = 20; minute < lifetime; minute += 20) {
    assert.ok(await callerOf(cookieValue.reveal(), minutesLater(minute)));
  }
  assert.deepEqual(expiresAt, minutesLater(lifetime));
  assert.ok(await callerOf(cookieValue.reveal(), minutesLater(lifetime - 0.01)));
  assert.equal(await callerOf(cookieValue.reveal(), minutesLater(lifetime)), undefined);
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

test('the lifetimes are the ones that were promised (AUTH-9)', () => {
  assert.deepEqual([SESSION_IDLE_MINUTES, SESSION_LIFETIME_HOURS], [30, 12]);
});

test('an ended session stays ended, and only that one (AUTH-9)', async () => {
  const [ended, other] = await Promise.all([open(), open()]);
  const caller = await callerOf(ended.cookieValue.reveal());
  assert.ok(caller);
  await database.tenantTransaction(caller, (tx) => endSession(tx));
  assert.equal(await callerOf(ended.cookieValue.reveal()), undefined);
  assert.ok(await callerOf(other.cookieValue.reveal()));
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
