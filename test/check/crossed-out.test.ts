import { describe, expect, test } from 'vitest';
import { crossOut } from '../../src/check/cross-out.ts';
import { isDoubtful } from '../../src/check/second-look.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const token = (claims: object) =>
  [
    'eyJhbGciOiJIUzI1NiJ9',
    Buffer.from(JSON.stringify(claims)).toString('base64url'),
    'c2lnbmF0dXJl',
  ].join('.');
const address = (user: string, password: string, host: string) =>
  `DATABASE_URL=postgres://${user}:${password}@${host}/app`;

const out = (text: string, path = 'src/a.ts', kind: Parameters<typeof crossOut>[2] = 'shipped') =>
  crossOut(text, path, kind, NOW);

describe('crosses out, and keeps the length of', () => {
  test.each([
    ['a token that ended', `'${token({ exp: 1_589_300_284 })}'`],
    ['the token of every manual', `'${token({ sub: '1234567890' })}'`],
    ['a key of a manual', `'AKIA${'IOSFODNN7'}EXAMPLE'`],
    ['a throw-away password on this machine', address('postgres', 'postgres', 'localhost:5432')],
    ['a password made of its user', address('myuser', 'myuserpassword', '127.0.0.1')],
    [
      'the name of a document',
      'https://docs.google.com/spreadsheets/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit',
    ],
    ['what was encrypted', `DOTENV_VAULT_CI="${'gLPj+GuhKqDgQnDt+OEBzLtZLSVQwXeNPDBBH'}"`],
    ['what says that it is none', `clientSecret: 'dummy'`],
  ])('%s', (_, text) => {
    expect(out(text)).not.toBe(text);
    expect(out(text)).toHaveLength(text.length);
  });

  test.each([
    ['.env', 'CLERK_SECRET_KEY=your_clerk_secret_key'],
    ['a.yml', 'token: replace-me'],
  ])('a placeholder in %s', (path, text) => {
    expect(out(text, path)).not.toBe(text);
    expect(out(text, path)).toHaveLength(text.length);
  });

  test('any token in a test', () => {
    const text = `'${token({ exp: 4_000_000_000 })}'`;
    expect(out(text, 'a.test.ts', 'test')).not.toBe(text);
  });
});

test.each([
  ['a token that is good for years', `'${token({ exp: 4_000_000_000 })}'`],
  ['a token without an end', `'${token({ sub: 'ann' })}'`],
  ['a chosen password on this machine', address('app', 'tr0ub4dor', 'localhost')],
  ['a throw-away password elsewhere', address('postgres', 'postgres', 'db.example.com')],
  [
    'the address of a hook',
    'https://hooks.example.com/services/T0000/B0000/XXXXXXXXXXXXXXXXXXXXXXXX',
  ],
  ['a placeholder that code would run with', `const jwtSecret = 'your-secret-key';`],
  ['a fallback that says what it is', `process.env.JWT_SECRET || 'dummy-secret'`],
])('leaves %s', (_, text) => {
  expect(out(text)).toBe(text);
});

const seen = (rule = '', line = '', path = 'src/a.ts', around = line) => ({
  finding: { rule, control: 'SUPPLY-6', file: path, line: 1, reason: '', wayOut: '' },
  path,
  line,
  around,
});

test.each<readonly string[]>([
  ['secret-high-entropy', `"id": "8008746588ab4b6e8d3396cdb588700f"`, 'wrangler.jsonc'],
  ['secret-password-hash', `'$2b$10$…'`, 'src/password.ts', `const DUMMY_HASH =\n'$2b$10$…'`],
  ['allow-when-missing', 'if (!cookieHeader) return true', 'src/page-cache.ts'],
  [
    'allow-when-missing',
    'if (!user) {',
    'src/auth.ts',
    'if (!user) {\n  await createUser(profile)\n  return true',
  ],
  ['cors-any-origin', `'Access-Control-Allow-Origin': '*',`, 'src/image.ts'],
  ['environment-bypass', `AUDIT_LOG_ENABLED: z.enum(['1', '0'])`],
  ['privileged-fallback', `role: isOwner ? 'admin' : 'member'`],
])('looks twice at %s: %s', (rule, line, path, around) => {
  expect(isDoubtful(seen(rule, line, path, around))).toBe(true);
});

test.each<readonly string[]>([
  ['secret-high-entropy', `NEXTAUTH_SECRET=k3V9xQ2mZ7pL4tB8nR6w`, '.env'],
  ['secret-password-hash', `{ email: 'a@b.c', password: '$2b$10$…' }`],
  ['allow-when-missing', 'if (!roles?.length) {', 'src/guards/roles.guard.ts'],
  ['cors-any-origin', 'app.use(cors());'],
  ['environment-bypass', `if (process.env.SKIP_AUTH) next()`],
  ['privileged-fallback', `role: user.role ?? 'admin'`],
  ['secret-provider-key', 'anything'],
])('and keeps %s: %s', (rule, line, path) => {
  expect(isDoubtful(seen(rule, line, path))).toBe(false);
});
