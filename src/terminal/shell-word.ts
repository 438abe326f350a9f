import { visible } from '../answers/invisible.ts';

const PLAIN = /^[\w@%+=:,./-]+$/;

/** A path as a shell reads it: one word, no option, nothing to run. It is shown for people to copy. */
export function shellWord(path: string): string {
  const word = path.startsWith('-') ? `./${path}` : path;
  return PLAIN.test(word) ? word : `'${visible(word).replaceAll("'", `'\\''`)}'`;
}
