import { type PlantedFault, fault } from './fault.ts';

/** What only our own output is held to. */
export const ownOutput: readonly PlantedFault[] = [
  fault(
    'role-outside-schema',
    'authorize',
    '  if (decision.allow) return by;',
    "  if (decision.allow || tx.caller.roles.includes('operator')) return by;",
  ),
  fault(
    'role-outside-schema',
    'notes',
    "const TYPE = 'Notes::Note';",
    "const TYPE = 'Notes::Note';\nexport const WRITER = 'member';",
  ),
  fault(
    'role-outside-schema',
    'noteStore',
    'const columns = sql`id, owner, title, body, created_at, updated_at`;',
    "const columns = sql`id, owner, 'member' as role`;",
  ),
  fault(
    'role-outside-schema',
    'checkRuns',
    "const TYPE = 'HealthCheckAcmeSpecimen::Run';",
    "const TYPE = 'HealthCheckAcmeSpecimen::Run';\nconst RUNNERS = new Set(['operator']);",
  ),
  fault(
    'role-outside-schema',
    'records',
    "const TYPE = 'AcmeSpecimen::AcmeSpecimen';",
    "const TYPE = 'superuser';",
  ),
  fault(
    'environment-outside-config',
    'serverUrl',
    'const DEFAULT_PORT = 5432;',
    "const DEFAULT_PORT = Number(process.env['PGPORT']);",
  ),
  fault(
    'environment-outside-config',
    'modelProvider',
    "export const MODEL = 'claude-sonnet-5';",
    "export const MODEL = process.env['MODEL'];",
  ),
  fault(
    'environment-outside-config',
    'serve',
    "import { POLICIES } from './folders.ts';",
    "import { POLICIES } from './folders.ts';\nimport { env } from 'node:process';",
  ),
  fault(
    'environment-outside-config',
    'records',
    "import * as store from './store.ts';",
    "import * as store from './store.ts';\nconst { env } = process;",
  ),
  fault(
    'environment-outside-config',
    'openMailer',
    "  if (stores.kind === 'folder') return localMailer(join(stores.path, 'mail'));",
    "  if (stores.kind === 'folder') return localMailer(process.env['MAIL_FOLDER']);",
  ),
  fault(
    'fallback-in-config',
    'config',
    '    host: known.HOST,',
    "    host: known.HOST || '0.0.0.0',",
  ),
  fault(
    'fallback-in-config',
    'config',
    '    publicOrigin: known.PUBLIC_ORIGIN,',
    "    publicOrigin: known.PUBLIC_ORIGIN ?? 'http://localhost:3000',",
  ),
  fault(
    'default-of-variable',
    'config',
    "      pattern: '^https://[a-z0-9.-]+(:[0-9]+)?$',",
    "      default: 'https://api.example.com',",
  ),
];
