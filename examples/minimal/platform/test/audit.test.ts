import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { AUDIT_KEY } from '../src/audit/chain.ts';
import type { AuditEvent } from '../src/audit/record.ts';
import { recordAudit } from '../src/audit/record.ts';
import type { Sealing } from '../src/audit/seal.ts';
import { localKeyStore } from '../src/local/key-store.ts';
import { openPlatformDatabase } from './support/database.ts';
import { folderWith } from './support/folder.ts';
import type { Attack } from './support/sealing.ts';
import { anchorsIn, attackedTrail, pastTheTriggers } from './support/sealing.ts';
import { callerWithoutSession } from './support/specimens.ts';

const database = await openPlatformDatabase();
after(() => database.close());
const lines: string[] = [];
const keys = localKeyStore(await folderWith({ after }, {}));
await keys.publicKeys(AUDIT_KEY);
const sealing: Sealing = { database, keys, anchors: anchorsIn(lines) };
const { sealedStream, placeOf, eventIds } = attackedTrail(sealing);

await database.ownerTransaction('test table', (tx) =>
  sql`create table change (name text not null); grant insert on change to app_api`.execute(tx.sql),
);
const caller = callerWithoutSession({ subject: 'alice', tenant: 'acme' });
const EVENT: AuditEvent = {
  action: 'Notes::Action::"create"',
  outcome: 'success',
  actor: 'alice',
  tenant: 'acme',
  resource: 'note:1',
};

async function rowsOf(table: 'audit_event' | 'change'): Promise<Record<string, unknown>[]> {
  const query = sql<Record<string, unknown>>`select * from ${sql.table(table)} order by 1`;
  return (await database.ownerTransaction('test', (tx) => query.execute(tx.sql))).rows;
}

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

test('nobody signs for somebody else, or in another tenant (OBS-1)', async () => {
  for (const forged of [{ actor: 'mallory' }, { tenant: 'globex' }, { tenant: '' }]) {
    await assert.rejects(
      database.tenantTransaction(caller, (tx) => recordAudit(tx, { ...EVENT, ...forged })),
      /names another actor or tenant/,
    );
  }
});

for (const statement of ["update audit_event set outcome = 'success'", 'truncate audit_event']) {
  test(`the trail is append-only: ${statement} (OBS-1)`, async () => {
    await database.systemTransaction('test', (tx) => recordAudit(tx, EVENT));
    const before = await rowsOf('audit_event');
    await assert.rejects(
      database.ownerTransaction('test', (tx) => sql.raw(statement).execute(tx.sql)),
      /append-only/,
    );
    assert.deepEqual(await rowsOf('audit_event'), before);
  });
}

const attacks: readonly Attack[] = [
  {
    name: 'an event is edited',
    statements: (_, ids) => [`update audit_event set actor = 'bob' where id = ${ids[2]}`],
    found: (ids) => `stream "s", seal 2, event ${ids[2]}: it was edited`,
  },
  {
    name: 'an event is deleted',
    statements: (_, ids) => [`delete from audit_event where id = ${ids[3]}`],
    found: (ids) => `stream "s", seal 2, event ${ids[3]}: it is missing`,
  },
  {
    name: 'the tail is cut, seals and events',
    statements: (stream, ids) => [
      `delete from audit_seal where stream = '${stream}' and number = 3`,
      `delete from audit_event where id in (${ids[4]}, ${ids[5]})`,
    ],
    found: () => 'stream "s", seal 2: the chain ends here and was anchored up to seal 3',
  },
  {
    name: 'a signature is forged',
    statements: (stream) => [
      `update audit_seal set signature = sha512('forged') where stream = '${stream}' and number = 3`,
    ],
    found: () => 'stream "s", seal 3: the key store did not sign it',
  },
];

for (const { name, statements, found } of attacks) {
  test(`found with its place: ${name} (OBS-1)`, async () => {
    const stream = await sealedStream();
    const ids = await eventIds(stream);
    await pastTheTriggers(sealing, ...statements(stream, ids));
    assert.equal(await placeOf(stream), found(ids));
  });
}

test('found: the anchors are cut, and the chain goes on (OBS-1)', async () => {
  const stream = await sealedStream();
  const cut = anchorsIn(lines.slice(0, -1));
  assert.equal(await placeOf(stream, { anchors: cut }), 'stream "s", seal 3: it has no anchor');
});
