import { defineGenerator, keyed, managed, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'app',
  summary:
    'A TypeScript service that denies by default: Fastify, PostgreSQL, Cedar policies, audit',
  kind: 'app',
  questions: [
    {
      kind: 'text',
      key: 'description',
      message: 'What is it for, in one sentence',
      help: 'One sentence for package.json and the README: words and plain punctuation, no markup.',
      default: 'A service that denies by default.',
      maxLength: 200,
      // What could start Markdown, HTML or a template has no place in a sentence, so it needs no escaping anywhere.
      pattern: {
        source: `(?!.*(?://|[wW]{3}\\.))\\p{L}[\\p{L}\\p{M}\\p{N}.,;:'"()/!?%+-]*(?: [\\p{L}\\p{M}\\p{N}.,;:'"()/!?%&+-]+)*`,
        sentence:
          'must be words with single spaces and plain punctuation, starting with a letter and holding no web address',
      },
    },
    {
      kind: 'confirm',
      key: 'notes',
      message: 'Include the worked example (a module that keeps notes)',
      help: 'Whether to include the worked example, which `remove notes` takes out again.',
      default: true,
    },
    {
      kind: 'choice',
      key: 'updates',
      message: 'Which bot opens pull requests for updates',
      help: 'The bot that opens pull requests for new versions and, at once, for security fixes.',
      default: 'dependabot',
      choices: [
        { value: 'dependabot', label: 'Dependabot, which is part of GitHub' },
        { value: 'renovate', label: 'Renovate, an app that you install' },
      ],
    },
  ],
  requires: [],
  files: [
    own('**'),
    own('.github/dependabot.yml', { when: ({ updates }) => updates === 'dependabot' }),
    own('renovate.json', { when: ({ updates }) => updates === 'renovate' }),
    keyed('package.json'),
    keyed('platform/package.json'),
    keyed('services/api/package.json'),
    managed('services/api/modules.ts'),
    managed('services/api/env.ts'),
    managed('migrations/order.ts'),
  ],
  packages: {},
  environment: [
    {
      name: 'DATABASE_URL',
      why: 'The PostgreSQL server, without a password; embedded when absent and local.',
      readBy: 'services/api/config.ts',
    },
    {
      name: 'DATABASE_PASSWORD_FILE',
      why: 'The file that holds the database password, read at each connection.',
      readBy: 'services/api/config.ts',
    },
    {
      name: 'DATABASE_CA_FILE',
      why: "The certificate authority of the database server's certificate.",
      readBy: 'services/api/config.ts',
    },
    {
      name: 'DATA_FOLDER',
      why: "The folder of the service's keys, secrets and anchors, required in production.",
      readBy: 'services/api/config.ts',
    },
    { name: 'HOST', why: 'The address to listen on.', readBy: 'services/api/config.ts' },
    { name: 'PORT', why: 'The port to listen on.', readBy: 'services/api/config.ts' },
    { name: 'LOG_LEVEL', why: 'How much to log.', readBy: 'services/api/config.ts' },
    {
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      why: 'Where traces and metrics go; off when absent.',
      readBy: 'services/api/config.ts',
    },
    {
      name: 'PUBLIC_ORIGIN',
      why: 'The origin that browsers see, required in production.',
      readBy: 'services/api/config.ts',
    },
  ],
  registers: {},
  controls: [
    'AUTH-9',
    'AUTH-11',
    'AUTHZ-1',
    'AUTHZ-4',
    'AUTHZ-5',
    'CHECK-3',
    'CHECK-11',
    'HOOK-4',
    'HOOK-6',
    'HOOK-7',
    'OBS-1',
    'SUPPLY-1',
    'SUPPLY-2',
    'SUPPLY-3',
    'SUPPLY-4',
    'SUPPLY-6',
  ],
  brings: (answers) => (answers['notes'] === true ? ['notes'] : []),
  nextSteps: () => ['npm start', 'npm test'],
});
