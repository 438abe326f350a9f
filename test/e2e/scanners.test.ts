import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { emptyFolder } from '../support/folder.ts';
import { PROFILES, exampleFolder } from '../support/profiles.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/scan-examples.sh', import.meta.url));

const SCANNERS = ['gitleaks', 'checkov', 'zizmor', 'actionlint', 'hadolint', 'shellcheck'];

test.each(Object.keys(PROFILES))('no scanner of a reviewer finds anything in %s', (profile) => {
  const { status, stdout, verdicts } = scan(exampleFolder(profile));
  expect(verdicts, stdout).toEqual(SCANNERS.map((name) => `ok ${name}`));
  expect(status).toBe(0);
});

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

// Anyone who opens a pull request runs a command of theirs with our token, in a job that does not exist.
const PLANTED = `name: planted
on: pull_request_target
jobs:
  planted:
    needs: missing
    runs-on: ubuntu-24.04
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
`;

function scan(folder: string) {
  const { status, stdout, stderr } = spawnSync('bash', [SCRIPT, folder], { encoding: 'utf8' });
  const rows = stdout.matchAll(/^ {2}(ok|FAILED) +(\S+)$/gm);
  const verdicts = [...rows].map(([, verdict, name]) => `${verdict} ${name}`);
  return { status, stdout: stdout + stderr, verdicts };
}
