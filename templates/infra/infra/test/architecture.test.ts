import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ARCHITECTURE, architecture, draw } from './architecture.ts';

// Before any test: the runner follows every promise within one, and a capture has tens of thousands.
const drawn = await architecture();
// A new project has none yet: what it has is known once its modules are.
if (!existsSync(ARCHITECTURE)) draw(drawn);

test('the drawing shows what the program asks for: npm run draw (SUPPLY-5)', () => {
  assert.equal(readFileSync(ARCHITECTURE, 'utf8'), drawn);
});

test('the drawing is legible: a person takes in some dozens of lines', () => {
  assert.ok(drawn.split('\n').length < 110, `${drawn.split('\n').length} lines`);
});
