import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn, rules } from '../scripts/lint-security.ts';

// Not a secret, but the value of one in the sources below.
const WRITTEN = JSON.stringify('x'.repeat(9));

const PATH = 'services/api/modules/x/routes.ts';

// By rule: a source that breaks it, and one that breaks no rule.
const CASES: Readonly<Record<string, readonly [broken: string, harmless: string]>> = {
  'privileged-fallback': ["const role = user.role ?? 'admin';", "const name = given ?? 'none';"],
  'role-literal': ["if (caller.role === 'admin') allow();", "import x from 'admin';"],
  'input-decides': ['const role = request.body.role;', 'const text = request.body.text;'],
  'mass-assignment': [
    'insert(notes).values(request.body);',
    'values({ text: request.body.text });',
  ],
  'allow-on-error': [
    'try { check(); } catch { return true; }',
    'try { check(); } catch { return false; }',
  ],
  'verification-off': [
    'connect({ rejectUnauthorized: false });',
    'connect({ rejectUnauthorized: true });',
  ],
  'token-unverified': ['const claims = jwt.decode(token);', 'await jwtVerify(token, key);'],
  'any-origin': ['cors({ origin: true });', 'cors({ origin: listed });'],
  'environment-outside-config': ['const url = process.env.URL;', 'const { url } = config;'],
  'secret-fallback': [
    `const key = options.sessionSecret ?? ${WRITTEN};`,
    "const secret = found ?? '';",
  ],
  'built-statement': [
    'db.query(`select * from note where id = ${id}`);',
    'sql`select * from note where id = ${id}`;',
  ],
  'guessable-value': [
    'const id = Math.random().toString(36);',
    'await sleep(STEP_MS * Math.random());',
  ],
  'unscanned-prompt': [
    "import OpenAI from 'openai';",
    "import type { ScannedPrompt } from '@app/platform/prompt-scan';\nimport OpenAI from 'openai';",
  ],
};

test('each rule has a source that breaks it', () => {
  assert.deepEqual(
    Object.keys(CASES),
    rules.map(({ id }) => id),
  );
});

for (const [id, [broken, harmless]] of Object.entries(CASES)) {
  const { control = '' } = rules.find((rule) => rule.id === id) ?? {};

  test(`${id} is found (${control})`, () => assert.ok(idsIn(broken).includes(id)));

  test(`a source without ${id} has no finding`, () => assert.deepEqual(idsIn(harmless), []));
}

test('a source that does not parse is an error, not a clean file', () => {
  assert.throws(() => findingsIn({ path: PATH, text: 'const = ;' }));
});

function idsIn(text: string): string[] {
  // `return` needs a function around it, and an import must not have one.
  const whole = text.includes('import ') ? text : `async function run() { ${text} }`;
  return findingsIn({ path: PATH, text: whole }).map(({ rule }) => rule.id);
}
