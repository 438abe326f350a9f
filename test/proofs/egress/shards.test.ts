import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { egressHosts } from '@app/platform/egress/guard';
import { readEgress } from '@app/platform/egress/hosts';
import { folderWith } from '../../platform/test/support/folder.ts';

const NOW = new Date('2026-06-15T12:00:00Z');
const PIN = (letter: string) => `sha256/${letter.repeat(43)}=`;
const entry = { host: 'api.example.com', ports: [443], class: 'public', reason: 'a test' };
const pins = { spki: [PIN('A'), PIN('B')], expires: '2026-06-15' };
const credentials = { ...entry, host: '169.254.170.2', ports: [80], class: 'task-credentials' };

test('what is listed is read from every shard, and grouped by class for the network', async (t) => {
  const vpc = { ...entry, host: 'queue.internal', class: 'vpc', ports: [8443, 443] };
  const again = { ...entry, reason: 'another' };
  const entries = await readAll(t, { a: [entry, vpc], b: [again, credentials] });
  assert.deepEqual(egressHosts(entries), {
    public: ['api.example.com:443'],
    vpc: ['queue.internal:443', 'queue.internal:8443'],
    'task-credentials': ['169.254.170.2:80'],
  });
});

test('a shard that says anything unclear stops the start (HOOK-4)', async (t) => {
  const unclear: readonly [broken: object, sentence: RegExp][] = [
    [{ host: undefined }, /egress\/0/],
    [{ host: '*.example.com' }, /host/],
    [{ host: 'API.example.com' }, /host/],
    [{ host: 'example..com' }, /not a whole name/],
    [{ host: 'example.com.' }, /not a whole name/],
    [{ host: '-a.example.com' }, /not a whole name/],
    [{ host: '10.0.0.1' }, /address stands/],
    [{ host: '::1' }, /address stands/],
    [{ host: 'localhost' }, /this machine/],
    [{ ports: [] }, /ports/],
    [{ ports: [0] }, /ports/],
    [{ ports: ['443'] }, /ports/],
    [{ class: 'private' }, /class/],
    [{ reason: '' }, /reason/],
    [{ answerSeconds: 0 }, /answerSeconds/],
    [{ answerSeconds: 301 }, /answerSeconds/],
    [{ insecure: true }, /egress/],
    [{ pins: { ...pins, spki: [PIN('A')] } }, /pins/],
    [{ pins: { ...pins, spki: [PIN('A'), PIN('A')] } }, /pins/],
    [{ pins: { ...pins, spki: ['sha256/short', PIN('A')] } }, /pins/],
    [{ pins: { spki: pins.spki } }, /pins/],
    [{ pins: { ...pins, expires: 'never' } }, /pins/],
    [{ pins: { ...pins, expires: '2026-13-39' } }, /expired/],
    [{ ca: '../../ca.pem' }, /ca/],
    [{ ca: 'missing.pem' }, /ca is not a file/],
    [{ loopback: true }, /only class vpc/],
    [{ loopback: false }, /loopback/],
  ];
  for (const [broken, sentence] of unclear)
    await assert.rejects(
      readAll(t, { a: [{ ...entry, ...broken }] }),
      sentence,
      JSON.stringify(broken),
    );
});

test("a file that is no shard, or another module's, stops the start, and is named (HOOK-4)", async (t) => {
  for (const text of ['{', '[]', '{}', '{ "module": "b", "egress": [] }']) {
    const folder = pathToFileURL(`${await folderWith(t, { 'a.json': text })}/`);
    assert.throws(() => readEgress(folder, { local: false }), /^Error: security\/egress\/a\.json /);
  }
});

test('the class of credentials holds their documented addresses and nothing else (HOOK-4)', async (t) => {
  for (const broken of [
    { host: 'api.example.com' },
    { host: '169.254.0.1' },
    { ports: [443] },
    { ports: [80, 8080] },
    { pins },
    { loopback: true },
  ])
    await assert.rejects(readAll(t, { a: [{ ...credentials, ...broken }] }), /credentials/);
});

test('one place is listed with one protection (HOOK-4)', async (t) => {
  for (const other of [{ class: 'vpc' }, { pins }, { answerSeconds: 60 }])
    await assert.rejects(
      readAll(t, { a: [entry], b: [{ ...entry, ...other }] }),
      /not with the same/,
    );
});

test("an entry for this machine exists on a developer's machine only (HOOK-4)", async (t) => {
  const collector = { ...entry, host: 'localhost', ports: [4318], class: 'vpc', loopback: true };
  assert.deepEqual(await readAll(t, { a: [collector] }), []);
  const local = await readAll(t, { a: [collector] }, true);
  assert.equal(local.length, 1);
  assert.deepEqual(egressHosts(local).vpc, []);
});

async function readAll(t: TestContext, shards: Record<string, readonly object[]>, local = false) {
  const files = Object.entries(shards).map(([module, egress]) => [
    `${module}.json`,
    JSON.stringify({ module, egress }),
  ]);
  const folder = await folderWith(t, Object.fromEntries(files));
  return readEgress(pathToFileURL(`${folder}/`), { local, now: NOW });
}

test('a shard that lists a wildcard, an address or this machine stops the start (HOOK-4)', async (t) => {
  for (const host of ['*.example.com', 'example.com.', '10.0.0.1', '::1', 'localhost'])
    await assert.rejects(
      readAll(t, { a: [{ ...entry, host }] }),
      /security\/egress\/a\.json/,
      host,
    );
});

test('pins that have expired stop the start, unless they only report (HOOK-4)', async (t) => {
  const spki = [PIN('A'), PIN('B')];
  const withPins = (more: object) => readAll(t, { a: [{ ...entry, pins: { spki, ...more } }] });
  assert.equal((await withPins({ expires: '2026-06-15' })).length, 1);
  const expires = '2026-06-14';
  await assert.rejects(withPins({ expires }), /its pins have expired: renew them/);
  assert.equal((await withPins({ expires, reportOnly: true })).length, 1);
});
