import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { promptRefused } from '../src/prompt-refused.ts';
import type { ScannedPrompt } from '../src/prompt-scan.ts';
import * as promptScan from '../src/prompt-scan.ts';
import { findSecrets } from '../src/secret-shapes.ts';
import { randomLetters, specimenKey } from './support/specimens.ts';

// No file may hold what looks like a secret, so the test joins each one from parts.
const join = (...parts: readonly string[]): string => parts.join('');
const mixed = randomLetters('a specimen');
const hex = createHash('sha256').update('a specimen').digest('hex').slice(0, 32);

const SECRETS: readonly (readonly [path: string, text: string])[] = [
  ['notes.md', join('AK', 'IA', mixed.slice(0, 16).toUpperCase())],
  ['key.pem', join('-----BEGIN ', 'PRIVATE KEY-----\n', mixed, mixed, '\n')],
  ['key.json', join('{"kty":"EC","', 'd":"', 'a'.repeat(43), '"}')],
  ['a.ts', join('const dbPass', "word = 'correct-horse-7';")],
  ['.env', join('DB_PASS', 'WORD=hunter2\n')],
  ['a.http', join('Authorization: Bea', 'rer ', mixed)],
  ['a.ts', join("const x = '", mixed, mixed, "';")],
  ['c.json', join('{"value": "', hex, '"}')],
];

const HARMLESS: readonly (readonly [path: string, text: string])[] = [
  ['a.ts', 'const password = await secrets.read(reference);'],
  ['.env', 'DATABASE_URL=postgres://app@db.example.com/x\nDB_PASSWORD_FILE=/run/secrets/db\n'],
  ['c.yml', 'password: ${DB_PASSWORD}\ntoken: <your token>\n'],
  ['notes.md', `sha256:${hex}${hex}`],
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

const { scanPrompt } = promptScan;
const key = specimenKey();

test('a prompt with a secret is refused as a whole, and told by its rule alone (SUPPLY-6)', async () => {
  const told: unknown[] = [];
  const listen = (message: unknown): void => void told.push(message);
  promptRefused.subscribe(listen);
  const result = await scanPrompt(`Why does ${key} not work?`);
  promptRefused.unsubscribe(listen);
  assert.ok(!result.ok);
  assert.ok(result.error.rules.includes('stripe-key'));
  assert.deepEqual(
    told,
    result.error.rules.map((rule) => ({ rule })),
  );
  assert.ok(!JSON.stringify([result, told]).includes(key.slice(8)));
});

test('a key is found behind signs that nobody sees, and in full width (SUPPLY-6)', async () => {
  assert.ok((await rulesFor([...key].join('\u200B'))).includes('stripe-key'));
  const wide = [...key].map((sign) =>
    String.fromCodePoint(sign.codePointAt(0) ?? 0).replace(/[!-~]/, (one) =>
      String.fromCodePoint(one.charCodeAt(0) + 0xfee0),
    ),
  );
  assert.ok((await rulesFor(wide.join(''))).includes('stripe-key'));
});

test('nothing but scanPrompt() makes a prompt (SUPPLY-6)', () => {
  assert.deepEqual(Object.keys(promptScan), ['scanPrompt']);
  // @ts-expect-error A text that was not looked at is no prompt.
  const raw: ScannedPrompt = 'text';
  // @ts-expect-error Nor is something that only looks like one.
  const forged: ScannedPrompt = { text: 'text' };
  assert.ok(raw !== forged);
});

async function rulesFor(text: string): Promise<readonly string[]> {
  const result = await scanPrompt(text);
  return result.ok ? [] : result.error.rules;
}
