/** One thing to judge: a file as it would be emitted, or answers as they would be given. */
export type Case =
  | { readonly name: string; readonly path: string; readonly text: string }
  | { readonly name: string; readonly answers: string };

/** Reads a document of cases: `=== name` opens one, and names its file after the last ` in `, or says it is answers. */
export function casesOf(document: string): Case[] {
  return document
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const [, name = '', path = ''] = /^(.*) in (\S+)$/.exec(part.slice(0, end)) ?? [];
      const text = part.slice(end + 1);
      return path === 'answers' ? { name, answers: text } : { name, path, text };
    });
}
