import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { Holder } from '../src/authorization/roles.ts';
import { ACR_VERIFIED_USER } from '../src/sessions/caller.ts';
import type { NewSession } from '../src/sessions/sessions.ts';
import {
  SESSION_IDLE_MINUTES,
  SESSION_LIFETIME_HOURS,
  callerFromSession,
  endSession,
  endSessions,
  openSession,
} from '../src/sessions/sessions.ts';
import { openPlatformDatabase } from './support/database.ts';

const database = await openPlatformDatabase();
after(() => database.close());

const NOON = new Date('2026-03-29T12:00:00Z');
const ALICE: NewSession = { subject: 'alice', tenant: 'acme', acr: ACR_VERIFIED_USER, risk: 0 };

const minutesLater = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

const open = (session: Partial<NewSession> = {}, now = NOON) =>
  database.systemTransaction('test', (tx) => openSession(tx, { ...ALICE, ...session }, now));
const callerOf = (cookieValue: string, now = NOON) =>
  database.systemTransaction('test', (tx) => callerFromSession(tx, cookieValue, now));

async function rows(query: string): Promise<Record<string, unknown>[]> {
  const run = sql.raw<Record<string, unknown>>(query);
  return (await database.ownerTransaction('test', (tx) => run.execute(tx.sql))).rows;
}

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

test('an ended session stays ended, and only that one (AUTH-9)', async () => {
  const [ended, other] = await Promise.all([open(), open()]);
  const caller = await callerOf(ended.cookieValue.reveal());
  assert.ok(caller);
  await database.tenantTransaction(caller, (tx) => endSession(tx));
  assert.equal(await callerOf(ended.cookieValue.reveal()), undefined);
  assert.ok(await callerOf(other.cookieValue.reveal()));
});

test('every session of the holder ends, in that tenant, and nobody else’s (AUTH-9)', async () => {
  const ended = [await signIn('ann'), await signIn('ann')];
  const kept = [await signIn('ann', 'globex'), await signIn('ben')];
  assert.deepEqual(await end({ subject: 'ann', tenant: 'acme' }), { ok: true, value: 2 });
  assert.deepEqual(await Promise.all(ended.map(opens)), [false, false]);
  assert.deepEqual(await Promise.all(kept.map(opens)), [true, true]);
  assert.deepEqual(await end({ subject: 'ann', tenant: 'acme' }), { ok: true, value: 0 });
});
