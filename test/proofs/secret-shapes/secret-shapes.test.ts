import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { findSecrets } from '@app/platform/secret-shapes';
import { randomLetters } from '../../platform/test/support/specimens.ts';

// No file may hold what looks like a secret, so the test joins each one from parts.
const join = (...parts: readonly string[]): string => parts.join('');
const mixed = randomLetters('a specimen');
const hex = createHash('sha256').update('a specimen').digest('hex').slice(0, 32);

const SECRETS: readonly (readonly [path: string, text: string])[] = [
  ['notes.md', join('sk', '_live_', mixed)],
  ['notes.md', join('gh', 'p_', mixed, mixed)],
  ['notes.md', join('xox', 'b-', '1234567890-', mixed)],
  ['notes.md', join('ey', 'JhbGciOiJIUzI1NiJ9.', 'eyJzdWIiOiIxIn0abc.', mixed)],
  ['a.ts', join('const key = config.session', "Secret ?? 'hunter2';")],
  ['a.test.ts', join('const sec', "ret = 'alpha7-", mixed.slice(0, 6), "';")],
  ['c.yml', join('client_secret', ': ', mixed)],
  ['c.yml', join('# pass', 'word: swordfish\nport: 1')],
  ['q.sql', join('create role app pass', "word 'hunter2';")],
  ['a.ts', join("connect('postgres://app:", "hunter2@db.example.com/x');")],
  ['run.sh', join('curl -u admin:', 'hunter2 https://example.com')],
  ['notes.md', join('GR1348941', mixed.slice(0, 20))],
  ['key.json', join('{"kty":"EC","', 'd":"', 'a'.repeat(43), '"}')],
  ['a.ts', join('const dbPass', "word = 'correct-horse-7';")],
  ['a.http', join('Authorization: Bea', 'rer ', mixed)],
  ['c.json', join('{"value": "', hex, '"}')],
];

const HARMLESS: readonly (readonly [path: string, text: string])[] = [
  ['a.ts', "const kinds = { refreshToken: 'refresh_token' };"],
  ['a.test.ts', join('const sec', "ret = 'alpha';")],
  ['a.ts', 'const passwordPolicy = policyFor(user);'],
  ['notes.md', 'The password: at least twelve signs, and the token: one use only.'],
  ['c.yml', '# No account, no credential: the program asks for none.'],
  ['notes.md', '3d3c42e5aac5ba805825da76410c181273ba90b1'],
  ['c.yml', 'password: ${DB_PASSWORD}\ntoken: <your token>\n'],
  ['notes.md', `sha256:${hex}${hex}`],
  ['notes.md', '6fa459ea-ee8a-3ca4-894e-db77e160355e'],
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
