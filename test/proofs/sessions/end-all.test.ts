import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { Holder } from '@app/platform/authorization/roles';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import { ACR_SINGLE_FACTOR } from '@app/platform/sessions/caller';
import { callerFromSession, endSessions, openSession } from '@app/platform/sessions/sessions';

const database = await openPlatformDatabase();
after(() => database.close());

async function signIn(subject: string, tenant = 'acme'): Promise<string> {
  const session = { subject, tenant, acr: ACR_SINGLE_FACTOR, risk: 0 } as const;
  const opened = await database.systemTransaction('test', (tx) => openSession(tx, session));
  return opened.cookieValue.reveal();
}

async function opens(cookie: string): Promise<boolean> {
  const caller = await database.systemTransaction('test', (tx) => callerFromSession(tx, cookie));
  return caller !== undefined;
}

function end(holder: Holder | undefined, ticket = 'CHG-1') {
  const ending = { ...(holder && { holder }), actor: 'operator:root', ticket };
  return database.operatorTransaction('test', (tx) => endSessions(tx, ending));
}

test('every session of the holder ends, in that tenant, and nobody else’s (AUTH-9)', async () => {
  const ended = [await signIn('ann'), await signIn('ann')];
  const kept = [await signIn('ann', 'globex'), await signIn('ben')];
  assert.deepEqual(await end({ subject: 'ann', tenant: 'acme' }), { ok: true, value: 2 });
  assert.deepEqual(await Promise.all(ended.map(opens)), [false, false]);
  assert.deepEqual(await Promise.all(kept.map(opens)), [true, true]);
  assert.deepEqual(await end({ subject: 'ann', tenant: 'acme' }), { ok: true, value: 0 });
});

test('every session ends when nobody is named (AUTH-9)', async () => {
  const cookies = [await signIn('cy'), await signIn('dee', 'globex')];
  const ended = await end(undefined);
  assert.ok(ended.ok && ended.value >= 2);
  assert.deepEqual(await Promise.all(cookies.map(opens)), [false, false]);
});

test('each ended session is on record with who, whose and why (OBS-1)', async () => {
  await signIn('eve');
  await end({ subject: 'eve', tenant: 'acme' }, 'CHG-7');
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`
      select action, actor, tenant, detail from audit_event
      where action = 'session.end' and detail ->> 'subject' = 'eve'
    `.execute(tx.sql),
  );
  const detail = { subject: 'eve', ticket: 'CHG-7' };
  assert.deepEqual(rows, [
    { action: 'session.end', actor: 'operator:root', tenant: 'acme', detail },
  ]);
});

test('no ticket, no end (AUTHZ-4)', async () => {
  const cookie = await signIn('fay');
  assert.deepEqual(await end(undefined, 'none'), { ok: false, error: 'malformed-ticket' });
  assert.equal(await opens(cookie), true);
});
