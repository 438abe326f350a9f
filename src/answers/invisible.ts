/**
 * Control characters break lines and terminals; format characters (zero width, text direction) make text read
 * differently from what it is (CVE-2021-42574); unpaired surrogates and private-use code points have no agreed form.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;

export function hasInvisible(value: string): boolean {
  return INVISIBLE.test(value);
}

/** Text that somebody else chose, as it may be shown: on one line, with what cannot be seen spelt out. */
export function visible(text: string): string {
  return text.replace(EACH_INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

const EACH_INVISIBLE = new RegExp(INVISIBLE, 'gu');
