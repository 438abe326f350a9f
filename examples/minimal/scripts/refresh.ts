import { globSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from '@app/platform/database/database';
import { nodeVersionProblem } from '@app/platform/node-version';
import { readJson } from './lockfile.ts';

const ROOT = new URL('../', import.meta.url);

type Current = string | undefined;

interface Derivation {
  readonly path: string;
  readonly isMissing: (current: Current) => boolean;
  // Imports what it needs when it runs: a start with nothing missing loads neither Cedar nor Fastify.
  readonly derive: (current: Current) => Promise<string>;
}

const DERIVATIONS: readonly Derivation[] = [
  { path: 'migrations/schema.sql', isMissing: isAbsent, derive: deriveSchema },
  { path: 'services/api/openapi.json', isMissing: isAbsent, derive: deriveOpenApi },
  { path: 'policies/decision-matrix.txt', isMissing: isAbsent, derive: deriveDecisionMatrix },
  { path: 'SECURITY.md', isMissing: isTableMissing, derive: deriveControlTable },
];

async function main([mode = '--write', ...rest]: readonly string[]): Promise<string | undefined> {
  if (!['--write', '--missing', '--check'].includes(mode) || rest.length > 0)
    return 'The only arguments are --missing and --check.';
  let isStale = false;
  for (const { path, isMissing, derive } of DERIVATIONS) {
    const file = new URL(path, ROOT);
    const current = await readFile(file, 'utf8').catch(() => undefined);
    if (mode === '--missing' && !isMissing(current)) continue;
    const text = await derive(current);
    if (text === current) continue;
    isStale = true;
    if (mode !== '--check') await writeFile(file, text);
    process.stdout.write(`${mode === '--check' ? 'stale' : 'wrote'} ${path}\n`);
  }
  if (mode !== '--check' || !isStale) return undefined;
  return 'Run `npm run refresh`, and review the changes before you commit them.';
}

function isAbsent(current: Current): boolean {
  return current === undefined;
}

// Read from a database that ran every migration, so that a review sees the effect of a migration.
async function deriveSchema(): Promise<string> {
  const { openDatabase } = await import('@app/platform/database/open');
  const { schemaText } = await import('@app/platform/database/schema');
  const { migrationOrder } = await import('../migrations/order.ts');
  const database = await openDatabase({ kind: 'memory' });
  try {
    await database.migrate(new URL('migrations/', ROOT), migrationOrder);
    return await database.ownerTransaction('describe the schema', schemaText);
  } finally {
    await database.close();
  }
}

/** The API's description, as the registered routes give it. */
export async function deriveOpenApi(): Promise<string> {
  const { loadPolicies } = await import('@app/platform/authorization/decide');
  const { buildApp } = await import('../services/api/app.ts');
  const { readConfig } = await import('../services/api/config.ts');
  const { POLICIES } = await import('@app/platform/service/folders');
  const { createLog } = await import('@app/platform/logging/log');
  const { describeApi } = await import('@app/platform/http/openapi');
  const { modules } = await import('../services/api/modules.ts');
  const { openStores } = await import('@app/platform/service/stores');
  const { api } = await import('../services/api/service.ts');
  const config = readConfig(['--local'], {});
  if (!config.ok) throw new Error(config.error.join('\n'));
  const { environment } = config.value;
  const policies = await loadPolicies(POLICIES);
  const app = await buildApp({
    log: createLog('error'),
    services: {
      // Registering routes makes no query.
      database: {} as Database,
      policies,
      environment,
      ...(await openStores(api, config.value)),
    },
    modules,
    publicOrigin: () => '',
    describe: describeApi(readJson(new URL('package.json', ROOT))),
  });
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}

// Every decision of the policies: a review of a policy sees the decisions that it changes. (AUTHZ-1)
async function deriveDecisionMatrix(): Promise<string> {
  const { decisionMatrix } = await import('@app/platform/authorization/decision-matrix');
  return decisionMatrix(new URL('policies/', ROOT));
}

export interface Control {
  readonly module: string;
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly code: readonly string[];
  readonly tests: readonly string[];
  readonly asvs: readonly string[];
  readonly pci: readonly string[];
}

export function readControls(root: string): Control[] {
  const files = globSync('security/controls/*.json', { cwd: root }).toSorted();
  return files.flatMap((file) => {
    type Shard = { module: string; controls: Omit<Control, 'module'>[] };
    const { module, controls } = JSON.parse(readFileSync(`${root}${file}`, 'utf8')) as Shard;
    return controls.map((control) => ({ module, ...control }));
  });
}

// The text above this heading is the user's. The text below it is derived.
const HEADING = '\n## Controls\n';

async function deriveControlTable(current: Current): Promise<string> {
  const [text, rest] = current?.split(HEADING) ?? [];
  if (rest === undefined) throw new Error('SECURITY.md must end with a heading "## Controls".');
  return `${text}${HEADING}\n${renderControls(readControls(fileURLToPath(ROOT)))}`;
}

function isTableMissing(current: Current): boolean {
  return current?.split(HEADING)[1]?.trim() === '';
}

function renderControls(controls: readonly Control[]): string {
  const rows = controls.toSorted(byId).map(({ id, title, claim, code, tests, asvs, pci }) => {
    const paths = `${renderPaths(code)} | ${renderPaths(tests)}`;
    const supports = [...asvs.map((row) => `ASVS ${row}`), ...pci.map((row) => `PCI ${row}`)];
    return `| ${id} | **${title}.** ${claim} | ${paths} | ${supports.join(', ')} |\n`;
  });
  const head = '| Control | Claim | Code | Tests | Supports |\n| --- | --- | --- | --- | --- |\n';
  return head + rows.join('');
}

function byId(a: Control, b: Control): number {
  const order = a.id.localeCompare(b.id, 'en', { numeric: true });
  return order || a.module.localeCompare(b.module, 'en');
}

function renderPaths(files: readonly string[]): string {
  return files.map((file) => `\`${file}\``).join('<br>');
}

if (import.meta.main) {
  const problem = nodeVersionProblem() ?? (await main(process.argv.slice(2)));
  if (problem) process.stderr.write(`${problem}\n`);
  process.exitCode = problem ? 1 : 0;
}
