import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Advisory } from './advisories/read.ts';
import { LEVELS, advisoriesIn, issueFor } from './advisories/read.ts';
import { ROOT } from './derive/root.ts';
import { installedParts } from './lock/lockfile.ts';

function main(): void {
  const { values } = parseArgs({
    options: {
      'open-issues': { type: 'boolean' },
      level: { type: 'string', default: 'critical' },
    },
  });
  const level = LEVELS.find((known) => known === values.level);
  if (level === undefined) throw new Error(`--level is one of ${LEVELS.join(', ')}.`);
  const found = new Map<string, Advisory>();
  for (const { folder } of installedParts(fileURLToPath(ROOT))) {
    // It ends with 1 both where it found something and where it could not ask, so what it says counts.
    const { stdout } = run('npm', ['audit', '--json', '--package-lock-only'], folder);
    for (const advisory of advisoriesIn(stdout, level)) found.set(advisory.id, advisory);
  }
  for (const advisory of found.values()) {
    process.stdout.write(`${advisory.id}  ${advisory.package}\n`);
    if (values['open-issues']) openOnce(advisory);
  }
  process.exitCode = found.size > 0 && !values['open-issues'] ? 1 : 0;
}

// One that was closed was decided on, and is not asked about again.
function openOnce(advisory: Advisory): void {
  const search = ['issue', 'list', '--state', 'all', '--search', `${advisory.id} in:title`];
  const known = must('gh', [...search, '--json', 'number']);
  if ((JSON.parse(known) as unknown[]).length > 0) return;
  const { title, body } = issueFor(advisory);
  must('gh', ['issue', 'create', '--title', title, '--body', body]);
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = run(command, args, fileURLToPath(ROOT));
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr}`);
  return stdout;
}

// Arguments as they are: no shell reads them.
function run(command: string, args: readonly string[], cwd: string) {
  return spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

try {
  main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
