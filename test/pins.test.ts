import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findPinFaults, readShards, usesIn } from '../templates/app/scripts/pins.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const templates = join(root, 'templates');
const folders = readdirSync(templates, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => join(templates, name));

/** What templates emit is one table, and ours is the same. */
const shards = folders.flatMap((folder) => readShards(folder));

test('our workflows and those of every template run what the table says, and nothing else', () => {
  const uses = [root, ...folders].flatMap((folder) => usesIn(folder));
  expect(uses.length).toBeGreaterThan(20);
  expect(findPinFaults(shards, uses)).toEqual([]);
});

test('every row of the table says when it was seen, and was confirmed by somebody else or is one that moved since', () => {
  for (const { name, observed, confirmedBy } of shards.flatMap(({ pins }) => pins)) {
    expect(observed, name).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(confirmedBy, name).toBeInstanceOf(Array);
  }
});
