/** Bits per character of a text, by its own frequencies. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/** Thirty-two hexadecimal digits are 128 bits, the least that keys have; half that is an id or a colour list. */
const HEX_LENGTH = 32;
const HEX_ENTROPY = 3;

/** Below these, words and identifiers with a version number in them start to match. */
const BASE64_LENGTH = 20;
const BASE64_ENTROPY = 4.1;

/** Paths and slugs have short parts; a key has hardly any separator in it. */
const LONGEST_PART = 12;

/**
 * How often neighbours change between lower case, upper case and digit: about 0.62 when random, 0.3 in camelCase. Short
 * runs scatter more, so they must be clearer.
 */
const CHANGES = 0.38;
const CHANGES_IN_SHORT = 0.45;
const SHORT = 32;

/** Whether a run of letters and digits was drawn at random, as keys are, rather than written by a person. */
export function isRandom(run: string): boolean {
  return isRandomHex(run) || isRandomBase64(run);
}

function isRandomHex(run: string): boolean {
  if (run.length < HEX_LENGTH || !/^(?:[a-f\d]+|[A-F\d]+)$/.test(run)) return false;
  return /\d/.test(run) && /[a-f]/i.test(run) && entropyOf(run) > HEX_ENTROPY;
}

function isRandomBase64(run: string): boolean {
  const parts = run.split(/[+/_=-]/);
  const letters = parts.join('');
  if (letters.length < BASE64_LENGTH) return false;
  if (!parts.some((part) => part.length >= LONGEST_PART)) return false;
  if (!/\d/.test(letters) || !/[a-z]/.test(letters) || !/[A-Z]/.test(letters)) return false;
  const least = letters.length < SHORT ? CHANGES_IN_SHORT : CHANGES;
  return changesIn(letters) >= least && entropyOf(letters) > BASE64_ENTROPY;
}

function changesIn(letters: string): number {
  let changes = 0;
  for (let at = 1; at < letters.length; at++) {
    if (kindOf(letters.charCodeAt(at)) !== kindOf(letters.charCodeAt(at - 1))) changes++;
  }
  return changes / (letters.length - 1);
}

function kindOf(code: number): 'digit' | 'upper' | 'lower' {
  if (code < 58) return 'digit';
  return code < 91 ? 'upper' : 'lower';
}
