import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { localKeyStore } from '@app/platform/local/key-store';
import { AUDIT_KEY } from '@app/platform/audit/chain';
import type { Sealing } from '@app/platform/audit/seal';
import { sealTrail } from '@app/platform/audit/seal';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import {
  anchorsIn,
  attackedTrail,
  pastTheTriggers,
  recordEvents,
} from '../../platform/test/support/sealing.ts';
import { attacks, redigest } from './trail-attacks.ts';

const MINUTE_MS = 60_000;

const database = await openPlatformDatabase();
after(() => database.close());
const lines: string[] = [];
// A key that is older than the clock is turned back below.
let clock = (): number => Date.now() - 60 * MINUTE_MS;
const keys = localKeyStore(await folderWith({ after }, {}), () => clock());
await keys.publicKeys(AUDIT_KEY);
clock = Date.now;
const sealing: Sealing = { database, keys, anchors: anchorsIn(lines) };

const { sealedStream, placeOf, eventIds } = attackedTrail(sealing);

for (const { name, statements, found } of attacks) {
  test(`found with its place: ${name} (OBS-1)`, async () => {
    const stream = await sealedStream();
    const ids = await eventIds(stream);
    await pastTheTriggers(sealing, ...statements(stream, ids));
    // An event that is put in has an id only then.
    assert.equal(
      await placeOf(stream),
      found(name.includes('put in') ? await eventIds(stream) : ids),
    );
  });
}

test('found with its place: two streams exchange their seals (OBS-1)', async () => {
  const [one, other] = [await sealedStream(), await sealedStream()];
  await pastTheTriggers(
    sealing,
    `update audit_seal set stream = 'swap' where stream = '${one}' and number = 1`,
    `update audit_seal set stream = '${one}' where stream = '${other}' and number = 1`,
    `update audit_seal set stream = '${other}' where stream = 'swap'`,
  );
  assert.equal(await placeOf(one), 'stream "s", seal 1: it does not follow the seal before');
  assert.equal(await placeOf(other), 'stream "s", seal 1: it does not follow the seal before');
});

test('found with its place: the clock is turned back for a seal (OBS-1)', async () => {
  const stream = await sealedStream();
  await recordEvents(sealing, stream, ['note:late']);
  const id = (await eventIds(stream)).at(-1);
  await sealTrail(sealing, () => new Date(Date.now() - 30 * MINUTE_MS));
  assert.equal(await placeOf(stream), `stream "s", seal 4, event ${id}: the clock was turned`);
});

test('an event that waits is told from one that was kept from being sealed (OBS-1)', async () => {
  const stream = `tenant-${randomUUID()}`;
  await recordEvents(sealing, stream, ['note:1']);
  const [id] = await eventIds(stream);
  assert.equal(await placeOf(stream), `event ${id}: it waits for a service that seals`);
  await sealTrail(sealing);
  assert.equal(await placeOf(stream), 'nowhere');
});

test('found: an event that vanished before it was sealed (OBS-1)', async () => {
  const stream = `tenant-${randomUUID()}`;
  await recordEvents(sealing, stream, ['note:1']);
  const [id] = await eventIds(stream);
  await pastTheTriggers(sealing, `delete from audit_event where id = ${id}`);
  await sealTrail(sealing);
  assert.equal(await placeOf(stream), `event ${id}: it was kept from being sealed`);
  await pastTheTriggers(sealing, `delete from audit_unsealed where event_id = ${id}`);
});

test('found: the chain is made again with the very key, and the anchors remember (OBS-1)', async () => {
  const stream = await sealedStream();
  const ids = await eventIds(stream);
  await pastTheTriggers(
    sealing,
    `insert into audit_unsealed select id from audit_event where tenant = '${stream}' and id <> ${ids[0]}`,
    `delete from audit_event where id = ${ids[0]}`,
    `delete from audit_seal where stream = '${stream}'`,
  );
  await sealTrail({ ...sealing, anchors: anchorsIn([]) });
  assert.match(await placeOf(stream), /seal 1: its anchor says otherwise|anchored up to seal 3/);
});

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

test('a key that was rotated still proves what it sealed (OBS-1)', async () => {
  const stream = await sealedStream();
  await keys.rotate(AUDIT_KEY, MINUTE_MS);
  await recordEvents(sealing, stream, ['note:4']);
  await sealTrail(sealing);
  assert.equal(await placeOf(stream), 'nowhere');
});

// With a key that is used no more, what is forged is dated to when it still was.
test('found with its place: a seal is dated before the one before it (OBS-1)', async () => {
  const stream = await sealedStream();
  await recordEvents(sealing, stream, ['note:late']);
  await sealTrail(sealing, () => new Date(Date.now() + 30 * MINUTE_MS));
  await recordEvents(sealing, stream, ['note:forged']);
  await sealTrail(sealing);
  assert.equal(await placeOf(stream), 'stream "s", seal 5: the clock was turned');
});

test('found with its place: a seal is made again with another key (OBS-1)', async () => {
  const stream = await sealedStream();
  const thief = localKeyStore(await folderWith({ after }, {}));
  await pastTheTriggers(
    sealing,
    `insert into audit_unsealed select id from audit_event where tenant = '${stream}' order by id`,
    `delete from audit_seal where stream = '${stream}'`,
  );
  await sealTrail({ database, keys: thief, anchors: anchorsIn([]) });
  assert.equal(await placeOf(stream), 'stream "s", seal 1: the key store did not sign it');
});

test('found: the tail is cut, and a service that goes on anchors what took its place (OBS-1)', async () => {
  const stream = await sealedStream();
  const ids = await eventIds(stream);
  await pastTheTriggers(
    sealing,
    `delete from audit_seal where stream = '${stream}' and number > 1`,
    `delete from audit_event where id in (${ids.slice(2).join()})`,
  );
  for (const resource of ['note:4', 'note:5']) {
    await recordEvents(sealing, stream, [resource]);
    await sealTrail(sealing);
  }
  assert.equal(await placeOf(stream), 'stream "s", seal 2: its anchor says otherwise');
});
