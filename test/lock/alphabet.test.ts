import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareByAlphabet } from '../../src/lock/alphabet.ts';
import { realSuperset } from './support/supersets.ts';

const english = new Intl.Collator('en');
const sign = (a: string, b: string): number => Math.sign(compareByAlphabet(a, b));

test('orders the superset as npm does', () => {
  const paths = Object.keys(realSuperset().packages);
  expect(paths.toSorted(compareByAlphabet)).toEqual(paths.toSorted(english.compare));
});

test('orders any names as npm does', () => {
  const plain = fc.string({ unit: fc.constantFrom(...'_-.@/059abyzABYZ'), maxLength: 12 });
  const any = fc.oneof(
    plain,
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  );
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(sign(a, b)).toBe(Math.sign(english.compare(a, b)));
    }),
    { numRuns: 3000 },
  );
});
