import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSecrets } from '../src/secret-shapes.ts';
import { randomLetters } from './support/specimens.ts';

// No file may hold what looks like a secret, so the test joins each one from parts.
const join = (...parts: readonly string[]): string => parts.join('');
const mixed = randomLetters('a specimen');

const SECRETS: readonly (readonly [path: string, text: string])[] = [
  ['notes.md', join('AK', 'IA', mixed.slice(0, 16).toUpperCase())],
  ['key.pem', join('-----BEGIN ', 'PRIVATE KEY-----\n', mixed, mixed, '\n')],
  ['.env', join('DB_PASS', 'WORD=hunter2\n')],
  ['a.ts', join("const x = '", mixed, mixed, "';")],
];

const HARMLESS: readonly (readonly [path: string, text: string])[] = [
  ['a.ts', 'const password = await secrets.read(reference);'],
  ['.env', 'DATABASE_URL=postgres://app@db.example.com/x\nDB_PASSWORD_FILE=/run/secrets/db\n'],
  ['package-lock.json', join('"integrity": "sha512-', mixed, mixed, '"')],
];

for (const [path, text] of SECRETS) {
  test(`what looks like ${text.slice(0, 6)}... in ${path} is found (SUPPLY-6)`, async () => {
    assert.notDeepEqual(await findSecrets(text, path), []);
  });
}

for (const [path, text] of HARMLESS) {
  test(`what stands in ${path} as ${JSON.stringify(text.slice(0, 24))} is let through (SUPPLY-6)`, async () => {
    assert.deepEqual(await findSecrets(text, path), []);
  });
}
