import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '@app/platform/http/problems';
import { idempotencyKeyOf, keyUseOf } from '@app/platform/http/idempotency';

test('a key is a quoted string or a bare word, and both say the same', () => {
  for (const [header, key] of [
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"with space"', 'with space'],
    [String.raw`"back\\slash"`, String.raw`back\slash`],
    [String.raw`"quo\"tation"`, 'quo"tation'],
    [`"${'a'.repeat(128)}"`, 'a'.repeat(128)],
  ] as const)
    assert.equal(idempotencyKeyOf(header), key);
  assert.equal(idempotencyKeyOf(undefined), undefined);
});

test('whatever is no such string is refused', () => {
  for (const header of [
    '',
    '""',
    '"short"',
    'a'.repeat(129),
    `"${'a'.repeat(129)}"`,
    'with space',
    '"no-closing-quote',
    'no-opening-quote"',
    String.raw`"unknown \n escape"`,
    String.raw`"ends in one \"`,
    '"two"-"strings"',
    '"first-key", "second-key"',
    'first-key, second-key',
    '"first-key";parameter=1',
    ':Zmlyc3Qta2V5:, x',
    '"schlüssel"',
    '"tab\tinside"',
    '"null\0inside"',
    ' "leading-space"',
    ['first-key', 'second-key'],
  ])
    assert.throws(() => idempotencyKeyOf(header), isMalformed, JSON.stringify(header));
});

test('a long malformed key is refused as fast as a short one', () => {
  const hostile = `"${'\\"'.repeat(8_000)}`;
  assert.throws(() => idempotencyKeyOf(hostile), isMalformed);
});

test('the order of members means nothing, and everything else does', () => {
  const asked = { params: { id: '1' }, query: { a: 1 }, body: { x: [1, { y: 2, z: 3 }], w: null } };
  const reordered = { ...asked, body: { w: null, x: [1, { z: 3, y: 2 }] } };
  assert.deepEqual(fingerprint(reordered), fingerprint(asked));
  for (const other of [
    { ...asked, params: { id: '2' } },
    { ...asked, query: {} },
    { ...asked, body: { ...asked.body, w: false } },
    { ...asked, body: { ...asked.body, x: [{ y: 2, z: 3 }, 1] } },
    { ...asked, body: undefined },
    { ...asked, query: asked.body, body: asked.query },
    { ...asked, method: 'PUT' },
  ])
    assert.notDeepEqual(fingerprint(other), fingerprint(asked), JSON.stringify(other));
});

test('however the members of a document are shuffled, its fingerprint stays', () => {
  const random = seeded(7);
  for (let round = 0; round < 100; round += 1) {
    const document = anyDocument(random, 3);
    assert.deepEqual(
      fingerprint({ body: shuffled(document, random) }),
      fingerprint({ body: document }),
    );
    const changed = { ...(document as object), extra: round };
    assert.notDeepEqual(fingerprint({ body: changed }), fingerprint({ body: document }));
  }
});

function fingerprint(asked: object): Buffer {
  const request = { method: 'POST', routeOptions: { url: '/books' }, ...asked };
  return keyUseOf(request as unknown as FastifyRequest, 'any-key').fingerprint;
}

function anyDocument(random: () => number, depth: number): unknown {
  const members = Array.from({ length: 1 + Math.floor(random() * 4) }, () => [
    `m${Math.floor(random() * 1_000)}`,
    depth > 0 && random() < 0.5 ? anyDocument(random, depth - 1) : Math.floor(random() * 10),
  ]);
  return Object.fromEntries(members);
}

function shuffled(value: unknown, random: () => number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => ({ name, member, at: random() }));
  return Object.fromEntries(
    members
      .toSorted((one, other) => one.at - other.at)
      .map(({ name, member }) => [name, shuffled(member, random)]),
  );
}

// The same numbers at every run: what fails once fails again.
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function isMalformed(error: unknown): boolean {
  return error instanceof Refusal && error.problem === 'idempotency-key-invalid';
}
