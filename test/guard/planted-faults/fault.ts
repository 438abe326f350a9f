/** One line of a real template, and the faulty one that somebody could write in its place. */
export interface PlantedFault {
  /** The rule that must refuse it. */
  readonly rule: string;
  /** `<generator>/<path>` below templates. */
  readonly file: string;
  /** Stands in that file exactly once. */
  readonly line: string;
  /** What takes its place. `{{NAME}}` is a planted secret, put together when the test runs. */
  readonly fault: string;
}

const API = 'app/services/api';
const PLATFORM = 'app/platform/src';

/** The files that faults are planted in, by the words they are known under. */
export const FILES = {
  access: `${PLATFORM}/http/access.ts`,
  app: `${API}/app.ts`,
  audit: `${PLATFORM}/audit/record.ts`,
  authentication: `${PLATFORM}/http/sessions.ts`,
  authorize: `${PLATFORM}/http/authorize.ts`,
  checkIndex: 'health-check/services/api/modules/health-check-acme-specimen/index.ts',
  checkPolicies: 'health-check/policies/health-check-acme-specimen.cedar',
  checkProbe: 'health-check/services/api/modules/health-check-acme-specimen/probe.ts',
  checkRuns: 'health-check/services/api/modules/health-check-acme-specimen/runs.ts',
  checkTable: 'health-check/migrations/health-check-acme-specimen/0001_runs.sql',
  ci: 'app/.github/workflows/ci.yml',
  config: `${API}/config.ts`,
  controls: 'app/security/controls/app.json',
  doctor: 'app/scripts/doctor.mjs',
  editorConfig: 'app/.editorconfig',
  githubScheme: 'webhook/services/api/modules/webhook-acme-specimen/github.ts',
  evaluate: `${PLATFORM}/authorization/decide.ts`,
  gitIgnore: 'app/.gitignore',
  grants: 'app/migrations/platform/0004_role_grant.sql',
  headers: `${PLATFORM}/http/server.ts`,
  integrationCalls: 'integration/services/api/modules/integration-acme-specimen/calls.ts',
  jobsCommand: 'jobs/platform/src/jobs/command.ts',
  licence: `${PLATFORM}/secret-shapes/provider-patterns.licence.txt`,
  mailFrom: 'mail/infra/modules/mail.ts',
  modelProvider: 'model-client/services/api/modules/model-client-acme-specimen/provider.ts',
  noteCase: 'notes/policies/cases/ALLOW/notes.json',
  notePolicies: 'notes/policies/notes.cedar',
  noteReadme: 'notes/services/api/modules/notes/README.md',
  noteRoutes: 'notes/services/api/modules/notes/routes.ts',
  noteStore: 'notes/services/api/modules/notes/store.ts',
  noteTable: 'notes/migrations/notes/0001_notes.sql',
  notes: 'notes/services/api/modules/notes/notes.ts',
  npmrc: 'app/.npmrc',
  outboundEvents: 'outbound-webhook/services/api/modules/outbound-webhook-acme-specimen/events.ts',
  outboundPolicies: 'outbound-webhooks/policies/outbound-webhooks.cedar',
  secretScan: 'app/.github/workflows/secret-scan.yml',
  scorecard: 'app/.github/workflows/scorecard.yml',
  infraSecrets: 'infra/infra/components/secrets.ts',
  dockerfile: 'infra/services/api/Dockerfile',
  dockerignore: 'infra/.dockerignore',
  taskScript: 'infra/infra/scripts/stack.sh',
  infraPackage: 'infra/infra/package.json',
  openMailer: 'mail/services/api/modules/mail/command.ts',
  packageJson: 'app/package.json',
  prettierIgnore: 'app/.prettierignore',
  platformPackage: 'app/platform/package.json',
  policies: 'app/policies/app.cedar',
  readme: 'app/README.md.hbs',
  records: 'resource/services/api/modules/acme-specimen/records.ts',
  resourcePolicies: 'resource/policies/acme-specimen.cedar',
  resourceRoutes: 'resource/services/api/modules/acme-specimen/routes.ts',
  resourceTable: 'resource/migrations/acme-specimen/0001_acme_specimen.sql',
  roleCommand: `${PLATFORM}/commands/roles.ts`,
  roles: `${PLATFORM}/authorization/roles.ts`,
  sameOrigin: `${PLATFORM}/http/origins.ts`,
  schema: 'app/policies/app.cedarschema',
  security: 'app/SECURITY.md',
  serve: `${PLATFORM}/service/serve.ts`,
  server: `${PLATFORM}/database/server.ts`,
  serverUrl: `${PLATFORM}/database/server.ts`,
  sessionCookie: `${PLATFORM}/http/sessions.ts`,
  sessionTable: 'app/migrations/platform/0003_session.sql',
  sessions: `${PLATFORM}/sessions/sessions.ts`,
  signIn: `${PLATFORM}/development/sign-in.ts`,
  spanExporters: 'telemetry/platform/src/telemetry/exporters.ts',
  webhookScheme: 'webhooks/platform/src/webhooks/scheme.ts',
} as const;

/** A fault in one of those files. */
export function fault(
  rule: string,
  file: keyof typeof FILES,
  line: string,
  planted: string,
): PlantedFault {
  return { rule, file: FILES[file], line, fault: planted };
}
