import type { Node } from '@babel/types';

import type { Detectors } from './detectors.ts';
import { SOURCE_FILE } from './parse.ts';
import { bare } from './read.ts';

/** Finds the offsets of what is wrong in a text. */
export type Reader = (text: string) => Iterable<number>;

/** Stands where a template or a sum holds something that only a run will tell. */
export const HOLE = '${}';

/** Lines that no tool acts on. What a comment warns of is not what the file does. */
const COMMENTS: readonly (readonly [RegExp, RegExp])[] = [
  [/\.sql$/i, /^[ \t]*--.*$/gm],
  [/\.cedar$/i, /^[ \t]*\/\/.*$/gm],
  [/\.(?:html?|svg|xml|css|json|txt)$/i, /(?!)/g],
  [/./s, /^[ \t]*#(?![ \t]*syntax=).*$/gm],
];

/** Detectors that read configuration, scripts and code blocks of documents as text, and the strings of code. */
export function inTexts(read: Reader): Detectors {
  return {
    text: ({ path, content }) =>
      SOURCE_FILE.test(path) ? [] : read(instructionsOf(path, content)),
    syntax: (report) => {
      const judge = (node: Node, ancestors: readonly Node[]): void => {
        if (isPart(ancestors.at(-1))) return;
        const text = textOf(node) ?? '';
        for (const offset of read(text)) report(lineOf(node, text, offset));
      };
      return { StringLiteral: judge, TemplateLiteral: judge, BinaryExpression: judge };
    },
    answer: ({ text }) => [...read(text)].length > 0,
  };
}

/** Offsets where one of the patterns begins. */
export function matching(...patterns: readonly RegExp[]): Reader {
  return (text) =>
    patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match.index));
}

/** The text with all that nothing acts on blanked out, in place: comments, and the prose of documents. */
export function instructionsOf(path: string, content: string): string {
  if (/\.mdx?$/i.test(path)) return codeBlocks(content);
  const comment = COMMENTS.find(([files]) => files.test(path))?.[1];
  return comment ? content.replace(comment, blank) : content;
}

function codeBlocks(content: string): string {
  let inside = false;
  return content
    .split('\n')
    .map((line) => {
      if (!/^[ \t]{0,8}(?:```|~~~)/.test(line)) return inside ? line : blank(line);
      inside = !inside;
      return blank(line);
    })
    .join('\n');
}

function blank(text: string): string {
  return ' '.repeat(text.length);
}

/** The text of a string as far as it is written out; HOLE for the rest. */
export function textOf(node: Node | null | undefined): string | undefined {
  const inner = bare(node);
  switch (inner?.type) {
    case 'StringLiteral':
      return inner.value;
    case 'TemplateLiteral':
      return inner.quasis.map(({ value }) => value.cooked ?? value.raw).join(HOLE);
    case 'BinaryExpression': {
      if (inner.operator !== '+') return undefined;
      const [left, right] = [textOf(inner.left), textOf(inner.right)];
      return left === undefined && right === undefined
        ? undefined
        : `${left ?? HOLE}${right ?? HOLE}`;
    }
    default:
      return undefined;
  }
}

/** Whether a node is judged as part of the sum around it. */
function isPart(parent: Node | undefined): boolean {
  return parent?.type === 'BinaryExpression' && parent.operator === '+';
}

/** The node, moved to the line of a template on which the offset lies. */
function lineOf(node: Node, text: string, offset: number): Node {
  if (node.type !== 'TemplateLiteral' || !node.loc) return node;
  const below = text.slice(0, offset).split('\n').length - 1;
  const { start } = node.loc;
  return { ...node, loc: { ...node.loc, start: { ...start, line: start.line + below } } };
}
