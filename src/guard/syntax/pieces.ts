import type { Node } from '@babel/types';

import { bare, constantOf, nameOf } from './read.ts';

type Maybe = Node | null | undefined;

/** Texts that names stand for in one file: `prefix`, and `parts.head` for the members of an object. */
export type Texts = Map<string, string>;

/** Longer chains are generated text. */
const MOST_PIECES = 64;

/** Notes what a `const` stands for, for the pieces that are joined later. */
export function noteConstant(texts: Texts, id: Node, init: Maybe): void {
  const name = nameOf(id);
  const text = constantOf(init);
  const value = bare(init);
  if (text !== undefined) texts.set(name, text);
  if (value?.type !== 'ObjectExpression') return;
  for (const property of value.properties) {
    if (property.type !== 'ObjectProperty') continue;
    const member = constantOf(property.value);
    if (member !== undefined) texts.set(`${name}.${nameOf(property.key)}`, member);
  }
}

/** The text an expression puts together from two pieces or more; undefined when a piece is only known at run time. */
export function joinedText(node: Node, texts: Texts): string | undefined {
  const pieces = piecesOf(node);
  if (!pieces || pieces.length < 2 || pieces.length > MOST_PIECES) return undefined;
  const known = pieces.map((piece) => textOf(piece, texts));
  return known.every((text) => text !== undefined) ? known.join('') : undefined;
}

function piecesOf(node: Node): readonly (Node | string)[] | undefined {
  switch (node.type) {
    case 'BinaryExpression':
      return node.operator === '+' ? sumOf(node) : undefined;
    case 'TemplateLiteral':
      return node.quasis.flatMap((quasi, at) => {
        const text = quasi.value.cooked ?? '';
        const next = node.expressions[at];
        return [...(text === '' ? [] : [text]), ...(next ? [next as Node] : [])];
      });
    case 'CallExpression':
      return callPieces(node);
    default:
      return undefined;
  }
}

/** A sum leans to the left; a loop, so that a long one does not exhaust the stack. */
function sumOf(node: Node): Node[] {
  const pieces: Node[] = [];
  let left = node;
  while (
    left.type === 'BinaryExpression' &&
    left.operator === '+' &&
    pieces.length <= MOST_PIECES
  ) {
    pieces.unshift(left.right);
    left = left.left as Node;
  }
  return [left, ...pieces];
}

/** `[a, b].join('')` and `a.concat(b)`. */
function callPieces(node: Extract<Node, { type: 'CallExpression' }>): Node[] | undefined {
  if (node.callee.type !== 'MemberExpression') return undefined;
  const { object } = node.callee;
  const method = nameOf(node.callee);
  if (method === 'concat') return [object, ...node.arguments];
  if (method !== 'join' || object.type !== 'ArrayExpression') return undefined;
  if (constantOf(node.arguments[0]) !== '') return undefined;
  return object.elements.filter((element) => element !== null);
}

function textOf(piece: Node | string, texts: Texts): string | undefined {
  if (typeof piece === 'string') return piece;
  const text = constantOf(piece);
  if (text !== undefined) return text;
  if (piece.type === 'Identifier') return texts.get(piece.name);
  if (piece.type !== 'MemberExpression') return undefined;
  return texts.get(`${nameOf(piece.object)}.${nameOf(piece)}`);
}
