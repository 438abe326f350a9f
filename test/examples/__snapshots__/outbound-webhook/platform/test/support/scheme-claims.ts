import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from './webhooks.ts';
import { bitFlips, tamperings, testSecret, webhookKey } from './webhooks.ts';

const FLIPS = 400;
const SEED = 9421;

/** What holds for every scheme, tried on deliveries of this one. */
export function claimsOf(sample: Sample, name = sample.scheme.name): void {
  const { scheme, keys, signedBy } = sample;
  const [current, previous] = keys;

  test(`${name}: both keys of a rotation are accepted, and which one is told (HOOK-1)`, () => {
    for (const key of keys) {
      scheme.checkKey?.(key);
      assert.equal(scheme.verify(signedBy(key), keys)?.keyId, key.id);
      assert.equal(scheme.verify(signedBy(key), [key])?.keyId, key.id);
    }
  });

  test(`${name}: no other key is, nor one that is gone (HOOK-1)`, () => {
    assert.equal(scheme.verify(signedBy(previous), [current]), undefined);
    assert.equal(scheme.verify(signedBy(current), [previous]), undefined);
    assert.equal(scheme.verify(signedBy(current), []), undefined);
    const renamed = { ...previous, id: current.id };
    assert.equal(scheme.verify(signedBy(current), [renamed]), undefined);
  });

  test(`${name}: an empty key is an error, and proves nothing (HOOK-1)`, () => {
    const empty = webhookKey(current.id, '');
    assert.throws(() => scheme.verify(signedBy(current), [empty]), TypeError);
  });

  test(`${name}: what was tampered with is not proven (HOOK-1)`, () => {
    for (const [change, delivery] of tamperings(sample))
      assert.equal(scheme.verify(delivery, keys), undefined, change);
  });

  test(`${name}: one bit changed is not proven (HOOK-1)`, () => {
    for (const delivery of bitFlips(sample, FLIPS, SEED))
      assert.equal(scheme.verify(delivery, keys), undefined, told(delivery));
  });

  test(`${name}: keeps headers by the names that deliveries have them under`, () => {
    assert.deepEqual(scheme.headers, [
      ...new Set(scheme.headers.map((header) => header.toLowerCase())),
    ]);
    for (const header of sample.headers) assert.ok(scheme.headers.includes(header), header);
  });
}

/** Two keys of text, as most senders give them out. */
export function textKeys(): Sample['keys'] {
  return [
    webhookKey('current', testSecret(1).toString('hex')),
    webhookKey('previous', testSecret(2).toString('hex')),
  ];
}

function told({ url, headers, body }: ReturnType<Sample['signedBy']>): string {
  return JSON.stringify([url.href, [...headers], Buffer.from(body).toString('latin1')]);
}
