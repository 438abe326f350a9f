import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { acceptFinding } from '../src/audit/accept.ts';
import type { Acceptance } from '../src/audit/anchors.ts';
import { AUDIT_KEY } from '../src/audit/chain.ts';
import type { Sealing } from '../src/audit/seal.ts';
import { sealTrail } from '../src/audit/seal.ts';
import { localKeyStore } from '../src/local/key-store.ts';
import { openPlatformDatabase } from './support/database.ts';
import { folderWith } from './support/folder.ts';
import type { Attack } from './support/sealing.ts';
import {
  anchorsIn,
  attackedTrail,
  pastTheTriggers,
  recordEvents,
  redigest,
} from './support/sealing.ts';

const HOUR_MS = 60 * 60_000;

const database = await openPlatformDatabase();
after(() => database.close());
const lines: string[] = [];
// A key that is older than the clock is turned back below.
let clock = (): number => Date.now() - 2 * HOUR_MS;
const keys = localKeyStore(await folderWith({ after }, {}), () => clock());
await keys.publicKeys(AUDIT_KEY);
clock = Date.now;
const sealing: Sealing = { database, keys, anchors: anchorsIn(lines) };
const { sealedStream, placeOf, eventIds } = attackedTrail(sealing);

// A loss that could be accepted, beside a stream that is whole.
for (const [stream, resource] of [
  ['acme', 'a'],
  ['globex', 'c'],
] as const) {
  await recordEvents(sealing, stream, [resource]);
  await sealTrail(sealing);
}
await pastTheTriggers(
  sealing,
  "delete from audit_seal where stream = 'acme'",
  "delete from audit_event where tenant = 'acme'",
);

function accept(of: Acceptance['of'], by: Partial<Sealing> = {}, ticket = 'INC-1') {
  return acceptFinding({ ...sealing, ...by }, { of, actor: 'operator:ann', ticket });
}

test('nobody accepts a loss without a ticket, or with another key (OBS-1)', async () => {
  const count = lines.length;
  const refusal = { ok: false, error: 'The ticket must look like CHG-123.' };
  assert.deepEqual(await accept('loss', {}, 'because'), refusal);
  const thief = localKeyStore(await folderWith({ after }, {}));
  const refused = await accept('loss', { keys: thief });
  assert.ok(!refused.ok);
  assert.match(refused.error, /^The trail is broken at anchor 1: .* Nothing is accepted\.$/);
  assert.equal(lines.length, count);
});

test('no other finding hides behind a loss (OBS-1)', async () => {
  const count = lines.length;
  for (const actor of ['bob', 'alice']) {
    const edit = `update audit_event set actor = '${actor}' where resource = 'c'`;
    await pastTheTriggers(sealing, edit);
    if (actor === 'alice') continue;
    const refused = await accept('loss');
    assert.ok(!refused.ok);
    assert.match(refused.error, /stream "globex", seal 1, event \d+: it was edited/);
  }
  assert.equal(lines.length, count);
});

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
    name: 'an event is put in',
    statements: (stream) => [
      `insert into audit_event (class_uid, activity_id, action, outcome, actor, tenant, resource, digest)
       values (6003, 1, 'x', 'success', 'bob', '${stream}', 'note:9', sha256(''))`,
      redigest(`tenant = '${stream}' and actor = 'bob'`),
    ],
    found: (ids) => `event ${ids[6]}: it was kept from being sealed`,
  },
  {
    name: 'two events change places',
    statements: (stream, ids) => [
      `update audit_seal set event_ids = array[${ids[1]}, ${ids[0]}]
       where stream = '${stream}' and number = 1`,
    ],
    found: () => 'stream "s", seal 1: its events are not those it sealed',
  },
  {
    name: 'a seal in the middle is taken out with its events',
    statements: (stream, ids) => [
      `delete from audit_seal where stream = '${stream}' and number = 2`,
      `delete from audit_event where id in (${ids[2]}, ${ids[3]})`,
    ],
    found: () => 'stream "s", seal 3: seal 2 is missing',
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
  {
    name: 'a purge that nobody signed hides the beginning',
    statements: (stream, ids) => [
      `insert into audit_purge (stream, number, hash, purged_at, key_id, signature)
       select stream, number, hash, sealed_at, key_id, signature from audit_seal
       where stream = '${stream}' and number = 1`,
      `delete from audit_seal where stream = '${stream}' and number = 1`,
      `delete from audit_event where id in (${ids[0]}, ${ids[1]})`,
    ],
    found: () => 'stream "s", purge up to seal 1: the key store did not sign it',
  },
];

for (const { name, statements, found } of attacks) {
  test(`found with its place: ${name} (OBS-1)`, async () => {
    const stream = await sealedStream();
    const ids = await eventIds(stream);
    await pastTheTriggers(sealing, ...statements(stream, ids));
    assert.equal(
      await placeOf(stream),
      found(name.includes('put in') ? await eventIds(stream) : ids),
    );
  });
}

test('found with its place: the clock is turned back for an event (OBS-1)', async () => {
  const stream = await sealedStream();
  await recordEvents(sealing, stream, ['note:late']);
  const id = (await eventIds(stream)).at(-1);
  await pastTheTriggers(
    sealing,
    `update audit_event set recorded_at = recorded_at - interval '1 hour' where id = ${id}`,
    redigest(`id = ${id}`),
  );
  await sealTrail(sealing);
  assert.equal(await placeOf(stream), `stream "s", seal 4, event ${id}: the clock was turned`);
});

test('found with its line: an anchor is repeated, edited, taken out or forged (OBS-1)', async () => {
  const stream = await sealedStream();
  const last = lines.length;
  const [line = '', before = ''] = [lines.at(-1), lines.at(-2)];
  const thief = localKeyStore(await folderWith({ after }, {}));
  const forged: string[] = [];
  await sealTrail({ database, keys: thief, anchors: anchorsIn(forged) });
  const branch = lines.slice(0, -2);
  await recordEvents(sealing, stream, ['note:4']);
  await sealTrail({ ...sealing, anchors: anchorsIn(branch) });
  for (const [changed, place] of [
    [[...branch, line], last],
    [[...lines, before], last + 1],
    [[...lines, line], last + 1],
    [[...lines.slice(0, -2), line], last - 1],
    [[...lines.slice(0, -1), line.replace('"3"', '"2"')], last],
    [[...lines.slice(0, -1), 'no anchor'], last],
    [[...lines.slice(0, -1), 'null'], last],
    [[...lines.slice(0, -1), '{}'], last],
    [forged, 1],
  ] as const) {
    assert.equal(
      await placeOf(stream, { anchors: anchorsIn([...changed]) }),
      `anchor ${place}: it is not the one that was signed here`,
    );
  }
});

test('found: the anchors are cut, and the chain goes on (OBS-1)', async () => {
  const stream = await sealedStream();
  const cut = anchorsIn(lines.slice(0, -1));
  assert.equal(await placeOf(stream, { anchors: cut }), 'stream "s", seal 3: it has no anchor');
});
