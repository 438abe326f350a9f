import fc from 'fast-check';

import { findRegexes } from '../regexes/find-regexes.ts';

/** Fixed, so that a failure can be repeated. */
const SEED = 20_261_129;

/** Where the patterns stand that judge a text for its secrets. */
const OF_SECRETS =
  /^provider-patterns|\/secret-shapes|\/logging\/masking|^src\/guard\/(?:rules\/secret-|configuration-forms)/;

/** What no pattern describes: the sign between values, and those that other readings of a text remove. */
const PLAIN = [
  ' ',
  '\n',
  'a',
  '1',
  '"',
  "'",
  '=',
  '-',
  '\u200b',
  '４',
  'a\u0301key=',
  'x'.repeat(40),
];

/** Texts to repeat: what each pattern begins with and does not end, and what it matches. Seeded, without duplicates. */
export async function hostileTexts(root: string): Promise<string[]> {
  const { expressions } = await findRegexes(root);
  const texts = expressions
    .filter(({ file }) => OF_SECRETS.test(file))
    .flatMap(({ file, source }) => {
      const [whole = ''] = fc.sample(matching(source), { seed: SEED, numRuns: 1 });
      const unfinished = whole.slice(0, -1);
      if (file.startsWith('provider-patterns')) return [unfinished];
      // What is refused or passed as a value has to be one.
      if (file.includes('named-secrets')) return [`token="${whole}" `, `token=${unfinished} `];
      return [whole, unfinished, `${whole.slice(0, Math.ceil(whole.length / 2))} `];
    });
  return [...new Set([...PLAIN, ...texts])].filter((text) => text.length > 0 && text.length < 500);
}

function matching(source: string): fc.Arbitrary<string> {
  const plain = withoutAssertions(source)
    .replaceAll(/\(\?<\w{1,40}>|\(\?i:/g, '(?:')
    // fast-check draws from ASCII.
    .replaceAll(String.raw`[^\x20-\x7e]`, 'é');
  return fc.stringMatching(new RegExp(`^(?:${plain})$`), { size: 'small' });
}

/** What stands around a match is not part of it. */
function withoutAssertions(source: string): string {
  const PART = /\\[bB]|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!]|[()^$]|./gsu;
  let [text, depth, skipped] = ['', 0, 0];
  for (const [part] of source.matchAll(PART)) {
    if (part.startsWith('(')) depth += 1;
    if (skipped === 0 && /^\(\?<?[=!]/.test(part)) skipped = depth;
    if (skipped === 0 && !/^(?:\\[bB]|[\^$])$/.test(part)) text += part;
    if (part === ')') {
      if (skipped === depth) skipped = 0;
      depth -= 1;
    }
  }
  return text;
}

/** The text over and over, to a length. */
export function repeated(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}
