import { isPlainName } from './plain-words.ts';
import type { Rule } from './rule.ts';

/** Shown where a name is itself the secret. */
export const WITHHELD = '(name withheld)';

/** Enough to find the place; more would let a name fill the terminal. */
const LONGEST_NAME = 200;

/** The first rule that a file name or answer key violates, if it carries a secret. */
export async function ruleAgainstName(
  name: string,
  rules: readonly Rule[],
): Promise<Rule | undefined> {
  if (isPlainName(name)) return undefined;
  for (const rule of rules) {
    if (await rule.answer?.({ name: '', text: name, disguised: false })) return rule;
  }
  return undefined;
}

/** A name as it may be printed: no control characters that could rewrite the terminal, no endless text. */
export function printable(name: string): string {
  return name.slice(0, LONGEST_NAME).replace(/[^\w@.,+()[\]/ -]/g, '?');
}
