import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { AUDIT_KEY } from '../src/audit/chain.ts';
import { purgeTrail, RETENTION_DAYS } from '../src/audit/purge.ts';
import type { AuditEvent } from '../src/audit/record.ts';
import { cleanDetail, cleanText, recordAudit } from '../src/audit/record.ts';
import type { Sealing } from '../src/audit/seal.ts';
import { sealTrail } from '../src/audit/seal.ts';
import { localKeyStore } from '../src/local/key-store.ts';
import { Secret } from '../src/secrets/secret.ts';
import { callerWithoutSession } from './support/caller.ts';
import { openPlatformDatabase } from './support/database.ts';
import { folderWith } from './support/folder.ts';
import { anchorsIn, pastTheTriggers, recordAged, recordEvents } from './support/sealing.ts';

type Detail = Parameters<typeof cleanDetail>[0];

const DAY_MS = 24 * 60 * 60_000;

const database = await openPlatformDatabase();
after(() => database.close());
// The key is older than every seal.
let clock = Date.now() - 500 * DAY_MS;
const keys = localKeyStore(await folderWith({ after }, {}), () => clock);
await keys.publicKeys(AUDIT_KEY);
clock = Date.now();
const sealing: Sealing = { database, keys, anchors: anchorsIn([]) };
await recordAged(sealing, 'old', 450);
await recordAged(sealing, 'young', 300);

await database.ownerTransaction('test table', (tx) =>
  sql`
    create table change (name text not null);
    grant insert on change to app_api;
  `.execute(tx.sql),
);
const caller = callerWithoutSession({ subject: 'alice', tenant: 'acme' });
const EVENT: AuditEvent = {
  action: 'Notes::Action::"create"',
  outcome: 'success',
  actor: 'alice',
  tenant: 'acme',
  resource: 'note:1',
};

async function rowsOf(
  table: 'audit_event' | 'audit_unsealed' | 'change',
): Promise<Record<string, unknown>[]> {
  const query = sql<Record<string, unknown>>`select * from ${sql.table(table)} order by 1`;
  return (await database.ownerTransaction('test', (tx) => query.execute(tx.sql))).rows;
}

function record(event: Partial<AuditEvent>): Promise<void> {
  return database.systemTransaction('test', (tx) => recordAudit(tx, { ...EVENT, ...event }));
}

async function unsealed(): Promise<number> {
  return (await rowsOf('audit_unsealed')).length;
}

async function count(table: 'audit_event', tenant: string): Promise<number> {
  return (await rowsOf(table)).filter((row) => row['tenant'] === tenant).length;
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}

function asOperator(statement: string): Promise<unknown> {
  return database.operatorTransaction('test', (tx) => sql.raw(statement).execute(tx.sql));
}

test('nothing is purged before its age is reached (OBS-1)', async () => {
  for (const before of [
    daysAgo(RETENTION_DAYS - 1),
    new Date(Date.now() + DAY_MS),
    new Date(NaN),
  ]) {
    const refused = await purgeTrail(sealing, before, 'operator:test');
    assert.deepEqual(refused, {
      ok: false,
      error: `Events are kept for ${RETENTION_DAYS} days: give an earlier date.`,
    });
  }
  assert.equal(await count('audit_event', 'old'), 3);
});

for (const [name, statement, refusal] of [
  ['a young seal', "delete from audit_seal where stream = 'young' and number = 1", /younger than/],
  [
    'a seal out of order',
    "delete from audit_seal where stream = 'old' and number = 2",
    /next to go/,
  ],
  ['without a purge', "delete from audit_seal where stream = 'old' and number = 1", /next to go/],
  ['an event alone', "delete from audit_event where tenant = 'old'", /permission denied/],
] as const) {
  test(`the database refuses an operator ${name}, whatever the code says (OBS-1)`, async () => {
    await assert.rejects(asOperator(statement), refusal);
  });
}

test('a broken trail is not purged: that would take the evidence away (OBS-1)', async () => {
  const edit = (actor: string) =>
    pastTheTriggers(
      sealing,
      `update audit_event set actor = '${actor}' where tenant = 'young' and resource = 'a'`,
    );
  await edit('bob');
  const refused = await purgeTrail(sealing, daysAgo(410), 'operator:test');
  assert.ok(!refused.ok);
  assert.match(refused.error, /broken at stream "young", seal 1.*nothing is purged/);
  await edit('alice');
});

test('what cannot be signed is not sealed, and is sealed when it can be (OBS-1)', async () => {
  await recordEvents(sealing, 'acme', ['i']);
  const broken = { ...keys, sign: () => Promise.reject(new Error('no key today')) };
  await assert.rejects(sealTrail({ ...sealing, keys: broken }), /no key today/);
  assert.equal(await unsealed(), 1);
  assert.equal(await sealTrail(sealing), 1);
});

test('a change that cannot be recorded does not happen (OBS-1)', async () => {
  await assert.rejects(
    database.tenantTransaction(caller, async (tx) => {
      await sql`insert into change values ('unrecorded')`.execute(tx.sql);
      await recordAudit(tx, { ...EVENT, policyVersion: 'not a version' });
    }),
    /audit_event_policy_version_check/,
  );
  assert.deepEqual(await rowsOf('change'), []);
});

test('a change that fails leaves no record of having happened (OBS-1)', async () => {
  const before = (await rowsOf('audit_event')).length;
  await assert.rejects(
    database.tenantTransaction(caller, async (tx) => {
      await recordAudit(tx, EVENT);
      await sql`insert into change values (null)`.execute(tx.sql);
    }),
  );
  assert.equal((await rowsOf('audit_event')).length, before);
});

test('nobody signs for somebody else, or in another tenant (OBS-1)', async () => {
  for (const forged of [{ actor: 'mallory' }, { tenant: 'globex' }, { tenant: '' }]) {
    await assert.rejects(
      database.tenantTransaction(caller, (tx) => recordAudit(tx, { ...EVENT, ...forged })),
      /names another actor or tenant/,
    );
  }
});

for (const statement of [
  "update audit_event set outcome = 'success'",
  'delete from audit_event',
  'delete from audit_event where false',
  'truncate audit_event',
  'truncate audit_event cascade',
]) {
  test(`the trail is append-only: ${statement} (OBS-1)`, async () => {
    await record({});
    const before = await rowsOf('audit_event');
    await assert.rejects(
      database.ownerTransaction('test', (tx) => sql.raw(statement).execute(tx.sql)),
      /append-only/,
    );
    assert.deepEqual(await rowsOf('audit_event'), before);
  });
}

test('no text an attacker chooses keeps a refusal out of the trail (OBS-1)', async () => {
  for (const resource of [
    'note:\u0000',
    'x'.repeat(10_000),
    '\ud800',
    "'); drop table change; --",
  ]) {
    await record({ outcome: 'denied', resource, requestId: resource, detail: { resource } });
  }
  const { resource } = (await rowsOf('audit_event')).at(-1) ?? {};
  assert.equal(resource, "'); drop table change; --");
});

test('a line break cannot forge a second entry (OBS-1)', () => {
  for (const character of ['\n', '\r', '\u0000', '\u001b', '\u0085', '\u2028']) {
    assert.equal(cleanText(`a${character}b`), 'a\ufffdb');
  }
});

test('a Secret is no detail, not even masked (HOOK-6)', () => {
  const detail = { value: new Secret('hunter2') } as unknown as Detail;
  assert.throws(() => cleanDetail(detail), /is no text/);
});

test('a detail that is named like a secret is refused, its value unread (HOOK-6)', () => {
  for (const key of ['password', 'newPassword', 'apiToken', 'sessionCookie', 'clientSecret']) {
    assert.throws(
      () => cleanDetail({ [key]: 'hunter2' }),
      (error: Error) => error.message.includes(key) && !error.message.includes('hunter2'),
    );
  }
});
