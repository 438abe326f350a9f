import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderArchitecture } from '../../infra/test/architecture.ts';

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const page = await renderArchitecture();

test('the drawing is legible: a person takes in some dozens of lines', () => {
  assert.ok(page.split('\n').length < 110, `${page.split('\n').length} lines`);
});
