import type { Node, TryStatement } from '@babel/types';

import { bare, chainOf, nameOf } from './read.ts';

/** Functions that check where a message comes from. */
const CHECKS =
  /^(?:verify|validate|check|assert)\w{0,40}(?:signature|webhook|hmac)\w{0,20}$|^(?:constructEvent(?:Async)?|timingSafeEqual)$|^verify$/i;

const SIGNATURE = /signature|hmac|(?:^|_)sig$|[a-z]Sig$/i;
const COMPUTED = /signature|hmac|expected|computed|calculated|digest|hash|(?:^|_)sig$|[a-z]Sig$/i;

/** Whether a node calls a check. */
export function isCheck(part: Node): boolean {
  return part.type === 'CallExpression' && CHECKS.test(nameOf(part.callee));
}

/** Whether two sides of a comparison are a signature and what it should be. */
export function comparesSignature(left: Node, right: Node): boolean {
  if (isHmac(left) || isHmac(right)) return true;
  return (
    (SIGNATURE.test(nameOf(left)) && isComputed(right)) ||
    (SIGNATURE.test(nameOf(right)) && isComputed(left))
  );
}

/** `createHmac(...).update(...).digest('hex')` */
function isHmac(node: Node): boolean {
  return /createHmac\(\)(?:\.update\(\)){0,9}\.digest\(\)$/.test(chainOf(node));
}

/** Something that was computed, not `undefined`, a word or a length. */
function isComputed(node: Node): boolean {
  const inner = bare(node);
  if (inner?.type === 'TemplateLiteral')
    return inner.expressions.some((part) => COMPUTED.test(nameOf(part)));
  return inner?.type !== 'StringLiteral' && COMPUTED.test(nameOf(inner));
}

/** The check is the last thing tried, and its failure the only answer it gives. */
export function endsInCheck({ block }: TryStatement): boolean {
  const last = block.body.at(-1);
  const call = last?.type === 'ExpressionStatement' ? bare(last.expression) : undefined;
  return call?.type === 'CallExpression' && isCheck(call);
}

/** A catch that at most writes a line. */
export function isSwallowed({ handler }: TryStatement): boolean {
  return handler?.body.body.every(isLogLine) ?? false;
}

function isLogLine(statement: Node): boolean {
  const call = statement.type === 'ExpressionStatement' ? bare(statement.expression) : undefined;
  return (
    call?.type === 'CallExpression' &&
    /(?:^|\.)(?:console|log|logger)\.\w+$/.test(chainOf(call.callee))
  );
}
