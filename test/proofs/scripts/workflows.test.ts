import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { workflowFaults } from '../../test/support/workflows.ts';

const sound = readFileSync(
  new URL('../../.github/workflows/secret-scan.yml', import.meta.url),
  'utf8',
);
const PLANTED: Readonly<Record<string, (text: string) => string>> = {
  'pastes a value into a script': (text) =>
    text.replace('run: npm run scan\n', 'run: echo "${{ github.event.pull_request.title }}"\n'),
  'reads more than the contents at the top': (text) =>
    text.replace('contents: read', 'contents: write'),
  'is started by strangers': (text) => text.replace('  pull_request:', '  pull_request_target:'),
  'may run twice at once': (text) => text.replace('concurrency:', 'defaults:'),
  'has a job without an end': (text) => text.replace(/ {4}timeout-minutes: \d+\n/, ''),
  'has a job that nothing watches': (text) => text.replace('step-security/harden-runner@', 'a/b@'),
  'keeps its token in the checkout': (text) =>
    text.replace('persist-credentials: false', 'persist-credentials: true'),
  'inherits secrets': (text) => `${text}    secrets: inherit\n`,
  'writes everything': (text) =>
    text.replace('    steps:', '    permissions: write-all\n    steps:'),
};

for (const [fault, plant] of Object.entries(PLANTED)) {
  test(`a workflow that ${fault} is refused (SUPPLY-3)`, () => {
    assert.deepEqual(workflowFaults(sound), []);
    assert.deepEqual(workflowFaults(plant(sound)), [fault]);
  });
}

test('a value in a block of a script is seen as well (SUPPLY-3)', () => {
  const block = sound.replace(
    'run: npm run scan\n',
    'run: |\n          npm ci\n          echo ${{ github.head_ref }}\n',
  );
  assert.deepEqual(workflowFaults(block), ['pastes a value into a script']);
});
