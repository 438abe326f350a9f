/** Characters of almost every package name and path, in the order of the English alphabet (CLDR root, primary level). */
const ORDER = '_-.@/0123456789abcdefghijklmnopqrstuvwxyz';

/** By character code, from 1; 0 is every other character. Case does not count at this level. */
const WEIGHTS = weightsOf(ORDER);

const WEIGHED = /^[_.@/0-9a-z-]*$/i;

let collator: Intl.Collator | undefined;

/**
 * Compares as npm does (`localeCompare` in English). The collator is made only for names with other characters, or that
 * differ in nothing but case, because making it takes longer than everything else that is done to a lock.
 */
export function compareByAlphabet(a: string, b: string): number {
  if (!WEIGHED.test(a) || !WEIGHED.test(b)) return collated(a, b);
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = weightAt(a, index) - weightAt(b, index);
    if (difference !== 0) return difference;
  }
  return a.length - b.length || (a === b ? 0 : collated(a, b));
}

const weightAt = (text: string, index: number): number => WEIGHTS[text.charCodeAt(index)] ?? 0;

function weightsOf(order: string): Uint8Array {
  const weights = new Uint8Array(128);
  for (let index = 0; index < order.length; index += 1) {
    weights[order.charCodeAt(index)] = index + 1;
    weights[order.charAt(index).toUpperCase().charCodeAt(0)] = index + 1;
  }
  return weights;
}

function collated(a: string, b: string): number {
  collator ??= new Intl.Collator('en');
  return collator.compare(a, b);
}
