import { readFile, writeFile } from 'node:fs/promises';
import { nodeVersionProblem } from '@app/platform/node-version';
import { isTableMissing } from './derive/controls.ts';
import { ROOT } from './derive/root.ts';

type Current = string | undefined;

interface Artefact {
  readonly path: string;
  readonly isMissing: (current: Current) => boolean;
  // Loaded only when it is needed: a start with nothing missing pays for none of them.
  readonly load: () => Promise<{ derive(current: Current): Promise<string> }>;
}

const ARTEFACTS: readonly Artefact[] = [
  {
    path: 'migrations/schema.sql',
    isMissing: isAbsent,
    load: () => import('./derive/schema-sql.ts'),
  },
  {
    path: 'services/api/openapi.json',
    isMissing: isAbsent,
    load: () => import('./derive/openapi-json.ts'),
  },
  {
    path: 'policies/decision-matrix.txt',
    isMissing: isAbsent,
    load: () => import('./derive/decision-matrix.ts'),
  },
  {
    path: 'SECURITY.md',
    isMissing: isTableMissing,
    load: () => import('./derive/controls.ts'),
  },
];

const MODES = ['--write', '--missing', '--check'] as const;
type Mode = (typeof MODES)[number];

async function main(argv: readonly string[]): Promise<string | undefined> {
  const [mode = '--write', ...rest] = argv as Mode[];
  if (!MODES.includes(mode) || rest.length > 0) return 'It takes nothing, --missing or --check.';
  const stale = await refresh(mode);
  const verb = mode === '--check' ? 'stale' : 'wrote';
  for (const path of stale) process.stdout.write(`${verb} ${path}\n`);
  if (mode !== '--check' || stale.length === 0) return undefined;
  return 'Run `npm run refresh`, and read what changed before you commit it.';
}

async function refresh(mode: Mode): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const { path, isMissing, load } of ARTEFACTS) {
    const file = new URL(path, ROOT);
    const current = await readFile(file, 'utf8').catch(() => undefined);
    if (mode === '--missing' && !isMissing(current)) continue;
    const { derive } = await load();
    const text = await derive(current);
    if (text === current) continue;
    stale.push(path);
    if (mode !== '--check') await writeFile(file, text);
  }
  return stale;
}

function isAbsent(current: Current): boolean {
  return current === undefined;
}

const problem = nodeVersionProblem() ?? (await main(process.argv.slice(2)));
if (problem) process.stderr.write(`${problem}\n`);
process.exitCode = problem ? 1 : 0;
