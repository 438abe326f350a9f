import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeVersionProblem } from '@app/platform/node-version';

test('Node 24.2 and newer may run the service', () => {
  for (const version of ['24.2.0', '24.21.0', '26.1.0', '100.0.0']) {
    assert.equal(nodeVersionProblem(version), undefined);
  }
});

test('an older Node is told in one sentence what is needed and what it is', () => {
  for (const version of ['20.20.2', '23.11.0', '24.0.2', '24.1.0', '9.0.0', '']) {
    const problem = nodeVersionProblem(version);
    assert.match(problem ?? '', /^Node 24\.2 or newer is needed .+\.$/);
    assert.ok(problem?.includes(version));
  }
});
