import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const withPostgres = join(checkout, 'scripts/with-postgres.sh');
const vitest = join(checkout, 'node_modules/.bin/vitest');

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Runs the proofs that are due beside a PostgreSQL server, with those that always run where that is asked for.
 * Returns the test files that passed and whether all of them did.
 */
export function runSlowProofs(
  due: readonly string[],
  withOthers: boolean,
): { readonly passed: ReadonlySet<string>; readonly isGreen: boolean } {
  if (due.length === 0 && !withOthers) return { passed: new Set(), isGreen: true };
  const folder = mkdtempSync(join(process.env['TEST_REPORTS'] ?? tmpdir(), 'slow-proofs-'));
  try {
    const which = withOthers ? [] : due;
    const run = spawnSync(withPostgres, [vitest, 'run', '--project', 'e2e', ...which], {
      cwd: checkout,
      stdio: 'inherit',
      env: { ...process.env, PROOFS_DUE: due.join(','), TEST_REPORTS: folder },
    });
    const report = readFileSync(join(folder, 'vitest.json'), 'utf8');
    const { testResults } = JSON.parse(report) as Report;
    // A test that was skipped, because the machine lacks something, proves nothing.
    const green = testResults.filter(
      ({ assertionResults }) =>
        assertionResults.length > 0 && assertionResults.every(({ status }) => status === 'passed'),
    );
    return {
      passed: new Set(green.map(({ name }) => relative(checkout, name))),
      isGreen: run.status === 0,
    };
  } finally {
    if (!process.env['TEST_REPORTS']) rmSync(folder, { recursive: true });
  }
}
