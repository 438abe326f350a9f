import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder } from '../support/folder.ts';
import { PROFILES, emit, exampleFolder } from '../support/profiles.ts';
import { linkInfraDependencies, runIn } from '../support/workbench.ts';
import { DECIDED } from './scanners/decided.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/scan-examples.sh', import.meta.url));

const SCANNERS = ['gitleaks', 'checkov', 'zizmor', 'actionlint', 'hadolint', 'shellcheck'];

test.each(Object.keys(PROFILES))('no scanner of a reviewer finds anything in %s', (profile) => {
  const { status, stdout, verdicts } = scan(exampleFolder(profile));
  expect(verdicts, stdout).toEqual(SCANNERS.map((name) => `ok ${name}`));
  expect(status).toBe(0);
});

test.each(Object.keys(PROFILES))(
  'checkov finds in what the infrastructure of %s deploys just what was decided',
  async (profile) => {
    const root = await emit(profile, emptyFolder(), await catalogueHere());
    linkInfraDependencies(root);
    const program = fileURLToPath(new URL('scanners/terraform-plan.mjs', import.meta.url));
    const plan = runIn(join(root, 'infra'), ['node', program]);
    expect(plan.status, plan.stderr).toBe(0);
    writeFileSync(join(root, 'plan.json'), plan.stdout);
    const { passed, failed } = checkPlan(join(root, 'plan.json'));
    expect(passed).toBeGreaterThan(LEAST_CHECKS);
    expect(undecided(failed)).toEqual([]);
    const expected = profile === 'full' ? DECIDED : [];
    const unmet = expected.filter(
      ({ check }) => !failed.some(({ check_id }) => check_id === check),
    );
    expect(unmet.map(({ check }) => check)).toEqual([]);
  },
);

test('each scanner finds a fault of its kind, so that it did look', () => {
  const folder = emptyFolder();
  const filter = (path: string): boolean => !path.endsWith('/node_modules');
  cpSync(exampleFolder('minimal'), folder, { recursive: true, filter });
  spawnSync('git', ['init', '--quiet', folder]);
  const at = (path: string): string => join(folder, path);
  const token = ['ghp', 'R7vXq2LzW9bT4mKcY8dFh3JsNp6GaQe1UoVi'].join('_');
  writeFileSync(at('notes.txt'), `token=${token}\n`);
  appendFileSync(at('services/api/Dockerfile'), 'USER root\nRUN cd /tmp && sudo ls\n');
  appendFileSync(at('infra/scripts/stack.sh'), 'rm $1\n');
  writeFileSync(at('.github/workflows/planted.yml'), PLANTED);
  const { status, stdout, verdicts } = scan(folder);
  expect(verdicts, stdout).toEqual(SCANNERS.map((name) => `FAILED ${name}`));
  expect(status).toBe(1);
});

// An attacker who opens a pull request runs a command with the token of this repository. The job it needs does not exist.
const PLANTED = `name: planted
on: pull_request_target
jobs:
  planted:
    needs: missing
    runs-on: ubuntu-24.04
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
`;

/** Fewer would mean that the plan is not read as one. */
const LEAST_CHECKS = 400;

interface Failed {
  readonly check_id: string;
  readonly resource: string;
}

function checkPlan(plan: string): { readonly passed: number; readonly failed: readonly Failed[] } {
  const command = '. scripts/checkers.sh && program_of_checkov >&2 && "$program" "$@"';
  const options = ['--framework', 'terraform_plan', '--skip-download', '--output', 'json'];
  const run = spawnSync('bash', ['-ec', command, 'bash', '--file', plan, ...options], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { summary, results } = JSON.parse(run.stdout) as {
    summary: { passed: number };
    results: { failed_checks: Failed[] };
  };
  return { passed: summary.passed, failed: results.failed_checks };
}

function undecided(failed: readonly Failed[]): readonly string[] {
  return failed
    .filter(({ check_id, resource }) =>
      DECIDED.every(({ check, of }) => check !== check_id || !of.test(resource)),
    )
    .map(({ check_id, resource }) => `${check_id} ${resource}`);
}

function scan(folder: string) {
  const { status, stdout, stderr } = spawnSync('bash', [SCRIPT, folder], { encoding: 'utf8' });
  const rows = stdout.matchAll(/^ {2}(ok|FAILED) +(\S+)$/gm);
  const verdicts = [...rows].map(([, verdict, name]) => `${verdict} ${name}`);
  return { status, stdout: stdout + stderr, verdicts };
}
