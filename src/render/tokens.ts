/** What must never be left open at the end, per language. */
const GRAMMAR = {
  sql: {
    // A quoted string, a quoted identifier, a dollar-quoted body, a comment, or any other single character.
    token:
      /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$[A-Za-z_]*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g,
    stray: /^['"]$/,
  },
  cedar: {
    token: /"(?:[^"\\\n]|\\[\s\S])*"|\/\/[^\n]*|[\s\S]/g,
    stray: /^"$/,
  },
} as const;

const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Reads text as tokens and refuses an unterminated string or comment and unbalanced brackets: a value that escaped
 * its quotes shows as one of these. The databases and the policy engine parse the same text in the emitted tests.
 *
 * @throws SyntaxError
 */
export function assertTokens(language: keyof typeof GRAMMAR, text: string): void {
  const { token, stray } = GRAMMAR[language];
  const open: string[] = [];
  for (const [found] of text.matchAll(token)) {
    if (stray.test(found) || found === '\0') throw new SyntaxError('a string is not terminated');
    if (found.length > 1) continue;
    if ('([{'.includes(found)) open.push(found);
    else if (')]}'.includes(found) && open.pop() !== CLOSES[found])
      throw new SyntaxError('brackets do not match');
  }
  if (open.length > 0) throw new SyntaxError('a bracket is not closed');
}
