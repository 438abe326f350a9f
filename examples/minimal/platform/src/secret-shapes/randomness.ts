/** Bits per character of a text, by its own frequencies. */
export function entropyOf(text: string): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < text.length; at++) counts[text.charCodeAt(at) & 255]! += 1;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / text.length) * Math.log2(count / text.length);
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

/** What every random run has; names and paths mostly have no digit in them, or no second kind of letter. */
export function mayBeRandom(run: string): boolean {
  return /\d/.test(run) && (/[A-Z]/.test(run) || run.length >= HEX_LENGTH);
}

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
