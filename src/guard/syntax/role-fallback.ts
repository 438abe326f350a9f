import type { Node } from '@babel/types';

import { asksForMissing } from './decisions.ts';
import { bare, contains, isFunction, nameOf, statementsOf } from './read.ts';
import { namesPower } from './words.ts';

type Maybe = Node | null | undefined;

/** What a function hands out once the role turned out to be missing, and where it does so. */
export interface Fallback {
  readonly value: Node;
  readonly forRole: boolean;
}

/** `if (!user.role) user.role = 'admin'`, `if (!role) return 'admin'`, and the same for a catch. */
export function* handedOut(branch: Maybe): Generator<Fallback> {
  for (const statement of statementsOf(branch)) {
    if (statement.type === 'ReturnStatement' && statement.argument) {
      yield { value: statement.argument, forRole: false };
    }
    const assigned =
      statement.type === 'ExpressionStatement' ? bare(statement.expression) : undefined;
    if (assigned?.type === 'AssignmentExpression') {
      yield { value: assigned.right, forRole: namesPower(nameOf(assigned.left)) };
    }
  }
}

/** Whether a test asks for a role that is missing. */
export function asksForMissingRole(test: Node): boolean {
  return asksForMissing(test, namesPower);
}

/** Whether a statement is the end of a function that returned a role above it, where there was one. */
export function followsKnownRole(ancestors: readonly Node[]): boolean {
  const block = ancestors.at(-1);
  if (block?.type !== 'BlockStatement' || !isFunction(ancestors.at(-2))) return false;
  return block.body.some(
    (statement) =>
      statement.type === 'IfStatement' &&
      namesPower(nameOf(statement.test)) &&
      contains(statement.consequent, (part) => part.type === 'ReturnStatement'),
  );
}
