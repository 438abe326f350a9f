import { type PlantedFault, fault } from './fault.ts';

/** Secrets written down, in each kind of file there is. */
export const secrets: readonly PlantedFault[] = [
  fault('secret-known-format', 'gitIgnore', '.data/', '# {{GITHUB}}'),
  fault('secret-known-format', 'editorConfig', 'root = true', 'root = true # {{GITLAB}}'),
  fault('secret-provider-key', 'licence', 'MIT License', 'MIT License\n{{AWS_ID}}'),
  fault('secret-provider-key', 'prettierIgnore', 'SECURITY.md', 'SECURITY.md\n# {{AWS_ID}}'),
  fault('secret-known-format', 'npmrc', 'fund=false', '//registry.example.com/:_authToken={{NPM}}'),
  fault(
    'secret-known-format',
    'ci',
    '          TEST_DATABASE_URL: postgres://runner@%2Fvar%2Frun%2Fpostgresql/runner',
    '          GH: {{GITHUB}}',
  ),
  fault(
    'secret-provider-key',
    'checkProbe',
    '  signal.throwIfAborted();',
    "  signal.throwIfAborted('{{STRIPE_LIVE}}');",
  ),
  fault(
    'secret-provider-key',
    'noteTable',
    'alter table note force row level security;',
    "comment on table note is '{{AWS_ID}}';",
  ),
  fault(
    'secret-private-key',
    'schema',
    'namespace App {',
    '// -----BEGIN {{PEM_KIND}}-----\n// {{PEM_BODY}}\n// -----END {{PEM_KIND}}-----\nnamespace App {',
  ),
  fault(
    'secret-in-url',
    'readme',
    'npm test         # attacks itself',
    'DATABASE_URL=postgres://app:hunter22@db.example.com/app npm test',
  ),
  fault(
    'secret-in-url',
    'serverUrl',
    "const SCHEMES = ['postgres:', 'postgresql:'];",
    "const SCHEMES = ['postgres://app:hunter22@db.example.com/app'];",
  ),
  fault(
    'secret-authorization-header',
    'noteReadme',
    '## Guarantees',
    '    curl -H "Authorization: Bearer {{RANDOM}}" http://localhost:3000/notes\n\n## Guarantees',
  ),
  fault(
    'secret-named-literal',
    'server',
    '    password: () => target.signIn?.password() ?? readPassword(target.passwordFile),',
    "    password: 'hunter22',",
  ),
  fault(
    'secret-named-literal',
    'controls',
    '"module": "app",',
    '"module": "app", "apiKey": "hunter22-live",',
  ),
  fault(
    'secret-high-entropy',
    'policies',
    '// that, and a thief who does it has only helped.',
    '// {{RANDOM}}',
  ),
  fault('secret-high-entropy', 'noteCase', '"id": "a note",', '"id": "{{HEX}}",'),
  fault(
    'secret-environment-fallback',
    'config',
    '  const { DATABASE_URL: url, DATABASE_PASSWORD_FILE, DATABASE_CA_FILE } = known;',
    "  const password = process.env['DATABASE_PASSWORD'] || 'postgres-local';",
  ),
  fault(
    'secret-environment-fallback',
    'ci',
    '          createdb --host /var/run/postgresql runner',
    '          createdb --host "${PG_PASSWORD:-hunter22}" runner',
  ),
  fault(
    'secret-environment-fallback',
    'config',
    '  DATABASE_PASSWORD_FILE: Type.Optional(',
    "  SESSION_SECRET: Type.String({ default: 'change-me-later' }),\n  DATABASE_PASSWORD_FILE: Type.Optional(",
  ),
  fault(
    'secret-environment-fallback',
    'sessions',
    'const COOKIE_BYTES = 32;',
    "const COOKIE_KEY = env.COOKIE_KEY ?? 'local-cookie-key';",
  ),
  fault(
    'secret-in-pieces',
    'serverUrl',
    "const SCHEMES = ['postgres:', 'postgresql:'];",
    "const SCHEMES = ['{{MIXED_A}}', '{{MIXED_B}}'].join('');",
  ),
  fault(
    'secret-password-hash',
    'noteTable',
    'alter table note force row level security;',
    "comment on table note is '{{BCRYPT}}';",
  ),
  fault(
    'secret-command-line',
    'readme',
    'npm test         # attacks itself',
    "sshpass -p 'hunter2' ssh deploy@example.com true",
  ),
  fault(
    'secret-in-configuration',
    'noteReadme',
    '## Guarantees',
    '| login | password |\n| --- | --- |\n| ann | `hunter2` |\n\n## Guarantees',
  ),
];
