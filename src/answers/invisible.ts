/**
 * Control characters break lines and terminals; format characters (zero width, text direction) make text read
 * differently from what it is (CVE-2021-42574); unpaired surrogates and private-use code points have no agreed form.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;

/** Compiling the classes of Unicode takes longer than all other checks of an answer together. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

export function hasInvisible(value: string): boolean {
  return !PRINTABLE_ASCII.test(value) && INVISIBLE.test(value);
}

/** Text that somebody else chose, as it may be shown: on one line, with what cannot be seen spelt out. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(new RegExp(INVISIBLE, 'gu'), (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
