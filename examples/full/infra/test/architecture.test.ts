import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ARCHITECTURE, renderArchitecture, writeArchitecture } from './architecture.ts';

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const drawn = await renderArchitecture();
// A new project has no drawing until its modules are known.
if (!existsSync(ARCHITECTURE)) writeArchitecture(drawn);

test('the drawing shows what the program asks for: npm run draw (SUPPLY-5)', () => {
  assert.equal(readFileSync(ARCHITECTURE, 'utf8'), drawn);
});
