import type { Node } from '@babel/types';

import { asksForMissing } from './decisions.ts';
import { contains, nameOf } from './read.ts';

/** Names for how many users there are, or whether there is one yet. */
const COUNT =
  /count|total|^(?:users|accounts|members|owners|admins)$|(?:existing|any|has|first)_?(?:user|account|admin|owner|member)/i;
const FIRST = /^(?:is)?_?first_?(?:user|account|member|admin|sign_?up|login|run)$/i;

/** Whether a test asks if somebody is the first to sign up. */
export function asksForFirst(test: Node | null | undefined): boolean {
  if (contains(test, (part) => FIRST.test(nameOf(part)))) return true;
  if (asksForMissing(test, (name) => COUNT.test(name))) return true;
  return contains(
    test,
    (part) =>
      part.type === 'BinaryExpression' &&
      /^(?:===?|<=?)$/.test(part.operator) &&
      part.right.type === 'NumericLiteral' &&
      part.right.value <= 1 &&
      contains(part.left, (left) => COUNT.test(nameOf(left))),
  );
}
