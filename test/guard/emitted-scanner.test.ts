import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const COPIES = [
  'named-secrets.ts',
  'provider-patterns.json',
  'provider-patterns.licence.txt',
  'provider-patterns.ts',
  'randomness.ts',
];

const bytes = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('what the guard knows of secrets, emitted projects know too', () => {
  // Emitted code depends on no package of ours, so it has the same files.
  test.each(COPIES)('%s is the same in both', (name) => {
    const emitted = bytes(`templates/app/platform/src/secret-shapes/${name}`);
    expect(emitted).toBe(bytes(`src/guard/secrets/${name}`));
  });
});
