import type { Node } from '@babel/types';

import { bare, chainOf, constantOf, isFunction, nameOf, statementsOf } from './read.ts';
import { wordOf } from './settings.ts';

/** A list with `*` in it. */
export function isAnyList(value: Node): boolean {
  const inner = bare(value);
  return (
    inner?.type === 'ArrayExpression' &&
    inner.elements.some((element) => constantOf(element) === '*')
  );
}

/** An expression that every origin matches. */
export function isAnyPattern(value: Node): boolean {
  const inner = bare(value);
  return (
    inner?.type === 'RegExpLiteral' &&
    /^\^?(?:https\?:\\\/\\\/)?\(?\.[*+]\)?\$?$/.test(inner.pattern)
  );
}

/** `(origin, callback) => callback(null, true)`, `(origin) => origin`: asked, and never says no. */
export function letsAnyIn(value: Node): boolean {
  const inner = bare(value);
  if (!inner || !isFunction(inner) || !('body' in inner) || !('params' in inner)) return false;
  const origin = nameOf((inner.params as Node[])[0]);
  const [answer, ...more] = statementsOf(inner.body as Node);
  if (!answer || more.length > 0) return false;
  const said = bare(
    answer.type === 'ExpressionStatement'
      ? answer.expression
      : answer.type === 'ReturnStatement'
        ? answer.argument
        : answer,
  );
  const yes = said?.type === 'CallExpression' ? said.arguments[1] : said;
  return (
    wordOf(yes) === 'true' || (origin !== '' && yes?.type === 'Identifier' && yes.name === origin)
  );
}

/** The caller's own origin sent back, and no test of it around. */
export function isEcho(value: Node, ancestors: readonly Node[]): boolean {
  if (ancestors.some((node) => node.type === 'IfStatement')) return false;
  const inner = bare(value);
  const said = inner?.type === 'LogicalExpression' ? inner.left : inner;
  if (/(?:^|\.)headers\.origin$/i.test(chainOf(said))) return true;
  return (
    said?.type === 'CallExpression' && constantOf(said.arguments[0])?.toLowerCase() === 'origin'
  );
}
