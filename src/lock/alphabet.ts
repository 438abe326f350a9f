/** Characters of almost every package name and path, in the order of the English alphabet (CLDR root, primary level). */
const ORDER = '_-.@/0123456789abcdefghijklmnopqrstuvwxyz';
const WEIGHTS = new Map(Array.from(ORDER, (character, weight) => [character, weight]));

const WEIGHED = /^[_.@/0-9a-z-]*$/i;

let collator: Intl.Collator | undefined;

/**
 * Compares as npm does (`localeCompare` in English). The collator is made only for names with other characters, or that
 * differ in nothing but case, because making it takes longer than everything else that is done to a lock.
 */
export function compareByAlphabet(a: string, b: string): number {
  if (!WEIGHED.test(a) || !WEIGHED.test(b)) return collated(a, b);
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = weightAt(left, index) - weightAt(right, index);
    if (difference !== 0) return difference;
  }
  return a.length - b.length || (a === b ? 0 : collated(a, b));
}

const weightAt = (text: string, index: number): number => WEIGHTS.get(text.charAt(index)) ?? 0;

function collated(a: string, b: string): number {
  collator ??= new Intl.Collator('en');
  return collator.compare(a, b);
}
