import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { localKeyStore } from '@app/platform/local/key-store';
import { acceptFinding } from '@app/platform/audit/accept';
import type { Acceptance } from '@app/platform/audit/anchors';
import { AUDIT_KEY } from '@app/platform/audit/chain';
import { fields } from '@app/platform/keys/keys';
import type { Sealing } from '@app/platform/audit/seal';
import { sealTrail } from '@app/platform/audit/seal';
import { verifyTrail } from '@app/platform/audit/verify';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { anchorsIn, pastTheTriggers, recordEvents } from '../../platform/test/support/sealing.ts';

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

async function sealed(stream: string, ...resources: readonly string[]): Promise<void> {
  for (const resource of resources) {
    await recordEvents(sealing, stream, [resource]);
    await sealTrail(sealing);
  }
}

// What a backup of the database would hold, as far as the trail goes.
async function backup(): Promise<() => Promise<void>> {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql<{ event: bigint; seal: bigint }>`
      select (select max(id) from audit_event) as event, (select max(id) from audit_seal) as seal
    `.execute(tx.sql),
  );
  const [{ event, seal }] = rows as [{ event: bigint; seal: bigint }];
  return () =>
    pastTheTriggers(
      sealing,
      `delete from audit_seal where id > ${seal}`,
      `delete from audit_event where id > ${event}`,
      'delete from audit_unsealed',
      `select setval(pg_get_serial_sequence('audit_seal', 'id'), ${seal})`,
      `select setval(pg_get_serial_sequence('audit_event', 'id'), ${event})`,
    );
}

function accept(of: Acceptance['of'], by: Partial<Sealing> = {}, ticket = 'INC-1') {
  return acceptFinding({ ...sealing, ...by }, { of, actor: 'operator:ann', ticket });
}

// When nothing may be without its anchor any more.
async function found(stream?: string, by: Partial<Sealing> = {}): Promise<string> {
  const trail = await verifyTrail({ ...sealing, ...by }, stream, new Date(Date.now() + HOUR_MS));
  return trail.ok ? 'nothing' : `${trail.error.place}: ${trail.error.why}`;
}

function alterEvents(how: string): Promise<unknown> {
  return database.ownerTransaction('test', (tx) =>
    sql.raw(`alter table audit_event ${how}`).execute(tx.sql),
  );
}

await sealed('acme', 'a', 'b');
await sealed('globex', 'c');

test('where nothing is lost and no clock was turned, nothing is accepted (OBS-1)', async () => {
  const count = lines.length;
  assert.deepEqual(await accept('loss'), { ok: false, error: 'There is no loss to accept.' });
  assert.deepEqual(await accept('clock'), { ok: false, error: 'There is no clock to accept.' });
  assert.equal(lines.length, count);
});

test('a restore reads as a cut, also when the service has gone on from it (OBS-1)', async () => {
  const restore = await backup();
  await sealed('acme', 'lost', 'lost');
  await sealed('initech', 'lost');
  await restore();
  await recordEvents(sealing, 'acme', ['d']);
  await recordEvents(sealing, 'globex', ['e']);
  await sealTrail(sealing);
  await sealed('acme', 'd', 'd');
  assert.equal(await found('acme'), 'stream "acme", seal 3: its anchor says otherwise');
  assert.match(await found('initech'), /anchored up to seal 1/);
});

test('a loss that cannot be put on record is not accepted (OBS-1)', async () => {
  const count = lines.length;
  await alterEvents('add constraint broken check (false) not valid');
  await assert.rejects(accept('loss'));
  await alterEvents('drop constraint broken');
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

test('an accepted loss is reported from then on, with who, why and from where (OBS-1)', async () => {
  const accepted = await accept('loss');
  const places = [
    ['acme', '2', '4'],
    ['initech', '0', '1'],
  ];
  const said = { of: 'loss', actor: 'operator:ann', ticket: 'INC-1', places };
  assert.deepEqual(accepted, { ok: true, value: said });
  assert.equal(await found('globex'), 'nothing');
  await sealed('acme', 'f', 'g', 'h');
  await sealed('initech', 'i');
  assert.equal(await found(), 'nothing');
  for (const [stream, count] of [
    [undefined, 1],
    ['acme', 1],
    ['globex', 0],
  ] as const) {
    const trail = await verifyTrail(sealing, stream);
    assert.ok(trail.ok);
    assert.deepEqual(
      trail.value.accepted.map(({ at, ...rest }) => [Number.isNaN(Date.parse(at)), rest]),
      Array.from({ length: count }, () => [false, said]),
    );
  }
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql`select actor, detail from audit_event where action = 'audit.accept-loss'`.execute(tx.sql),
  );
  assert.deepEqual(rows, [{ actor: 'operator:ann', detail: { ticket: 'INC-1', places: 2 } }]);
});

test('what was accepted once is not accepted again, and the next loss is another (OBS-1)', async () => {
  assert.equal((await accept('loss')).ok, false);
  const restoreAgain = await backup();
  await sealed('acme', 'lost');
  await restoreAgain();
  assert.match(await found(), /anchored up to seal \d/);
  // The sealer adds to the anchors as well.
  const [again] = await Promise.all([accept('loss', {}, 'INC-2'), sealTrail(sealing)]);
  assert.ok(again.ok);
  await sealTrail(sealing);
  assert.equal(await found(), 'nothing');
  const trail = await verifyTrail(sealing, 'acme');
  assert.deepEqual(trail.ok && trail.value.accepted.map(({ ticket }) => ticket), [
    'INC-1',
    'INC-2',
  ]);
});

test('an acceptance that is edited, taken off or signed with another key is none (OBS-1)', async () => {
  const at = lines.findIndex((line) => line.includes('INC-1'));
  const line = String(lines[at]);
  const { accepted: _, ...plain } = JSON.parse(line);
  const thief = localKeyStore(await folderWith({ after }, {}));
  const { keyId, signature } = await thief.sign(AUDIT_KEY, Buffer.from(line));
  const forged = {
    ...JSON.parse(line),
    keyId,
    signature: Buffer.from(signature).toString('base64'),
  };
  for (const changed of [
    line.replace('INC-1', 'INC-9'),
    line.replace('operator:ann', 'operator:bob'),
    line.replace('"4"', '"5"'),
    line.replace('"loss"', '"clock"'),
    JSON.stringify(plain),
    JSON.stringify(forged),
  ]) {
    const anchors = anchorsIn(lines.with(at, changed));
    assert.equal(
      await found(undefined, { anchors }),
      `anchor ${at + 1}: it is not the one that was signed here`,
    );
  }
});

test('what was signed as a plain anchor does not pass for an acceptance (OBS-1)', async () => {
  const at = new Date().toISOString();
  const words = ['audit-anchor', '1', '', at, '0', 'loss', '1', 'INC-1', '0'];
  const { keyId, signature } = await keys.sign(AUDIT_KEY, Buffer.from(fields(words)));
  const line = JSON.stringify({
    number: 1,
    previous: '',
    at,
    upTo: '0',
    heads: [],
    keyId,
    accepted: { of: 'loss', actor: '1', ticket: 'INC-1', places: [] },
    signature: Buffer.from(signature).toString('base64'),
  });
  assert.equal(
    await found(undefined, { anchors: anchorsIn([line]) }),
    'anchor 1: it is not the one that was signed here',
  );
});

test('a clock that was turned is accepted where it was, and nowhere else (OBS-1)', async () => {
  await recordEvents(sealing, 'acme', ['j']);
  await sealTrail(sealing, () => new Date(Date.now() - HOUR_MS));
  assert.match(await found(), /^stream "acme", seal \d+, event \d+: the clock was turned$/);
  assert.ok((await accept('clock')).ok);
  await sealed('acme', 'k');
  assert.equal(await found(), 'nothing');
  const trail = await verifyTrail(sealing);
  assert.deepEqual(trail.ok && trail.value.accepted.map(({ of }) => of), ['loss', 'loss', 'clock']);

  await recordEvents(sealing, 'globex', ['l']);
  await sealTrail(sealing, () => new Date(Date.now() - HOUR_MS));
  assert.match(await found(), /^stream "globex", seal 3, event \d+: the clock was turned$/);
});

for (const [where, last] of [
  ['after an accepted loss', 5],
  ['where the loss began', 2],
  ['before the loss began', 1],
] as const) {
  test(`a cut ${where} is still found (OBS-1)`, async () => {
    await pastTheTriggers(
      sealing,
      `delete from audit_event where id in
         (select unnest(event_ids) from audit_seal where stream = 'acme' and number > ${last})`,
      `delete from audit_seal where stream = 'acme' and number > ${last}`,
    );
    assert.match(
      await found('acme'),
      new RegExp(`^stream "acme", seal ${last}: the chain ends here and was anchored up to seal`),
    );
  });
}
