import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn, rules } from '../scripts/lint-security.ts';

// Not a secret, but the value of one in the source below.
const WRITTEN = JSON.stringify('x'.repeat(9));
const PATH = 'services/api/modules/x/routes.ts';

// By rule: a source that breaks it.
const BROKEN: Readonly<Record<string, string>> = {
  'privileged-fallback': "const role = user.role ?? 'admin';",
  'role-literal': "if (caller.role === 'admin') allow();",
  'input-decides': 'const role = request.body.role;',
  'mass-assignment': 'insert(notes).values(request.body);',
  'allow-on-error': 'try { check(); } catch { return true; }',
  'verification-off': 'connect({ rejectUnauthorized: false });',
  'token-unverified': 'const claims = jwt.decode(token);',
  'any-origin': 'cors({ origin: true });',
  'environment-outside-config': 'const url = process.env.URL;',
  'secret-fallback': `const key = options.sessionSecret ?? ${WRITTEN};`,
  'built-statement': 'db.query(`select * from note where id = ${id}`);',
  'guessable-value': 'const id = Math.random().toString(36);',
  'unscanned-prompt': "const { OpenAI } = await import('openai');",
  'cloud-sdk': "const { S3 } = await import('@aws-sdk/client-s3');",
};

test('each rule has a source that breaks it', () => {
  assert.deepEqual(
    Object.keys(BROKEN),
    Object.keys(rules).map((id) => id.split(' ')[0]),
  );
});

for (const id of Object.keys(rules)) {
  test(`${id} is found`, () => {
    // `return` needs a function around it.
    const text = `async function run() { ${BROKEN[id.split(' ')[0] ?? '']} }`;
    assert.ok(findingsIn(PATH, text).some((finding) => finding.startsWith(`${PATH}:1  ${id}\n`)));
  });
}

test('a source that does not parse is an error, not a clean file', () => {
  assert.throws(() => findingsIn(PATH, 'const = ;'));
});
