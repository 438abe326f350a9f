import type { Node } from '@babel/types';

import { bare, constantOf, contains, isFunction, nameOf, statementsOf } from './read.ts';
import { namesDecision } from './words.ts';

type Maybe = Node | null | undefined;

const ALLOW_FLAG =
  /^(?:allow|allowed|authori[sz]ed|permitted|granted|isAllowed|isAuthorized|canAccess|access)$/;
const ALLOW_WORD = /^(?:allow|allowed|permit|permitted|grant|granted)$/i;
const VERDICT = /^(?:decision|effect|verdict|outcome|result|access)$/;

/** Keyword of everything below that says yes. */
export const SAYS_YES =
  /\btrue\b|!(?:0|1|false)\b|\b(?:next|done|resolve)\(|['"`](?:allow|permit|grant)/i;

/** Whether a value says yes: `true`, a promise of it, `{ allowed: true }`, `{ decision: 'allow' }`. */
export function saysYes(node: Maybe): boolean {
  const inner = bare(node);
  if (inner?.type === 'CallExpression' && /^(?:resolve|of|just|ok)$/.test(nameOf(inner.callee))) {
    return inner.arguments.length > 0 && saysYes(inner.arguments[0]);
  }
  return isTrue(inner) || isAllowing(inner);
}

/** Whether a value says allow in so many words. Plain `true` may answer many questions; this answers one. */
export function isAllowing(node: Maybe): boolean {
  const inner = bare(node);
  if (inner?.type !== 'ObjectExpression') return ALLOW_WORD.test(constantOf(inner) ?? '');
  return inner.properties.some((property) => {
    if (property.type !== 'ObjectProperty') return false;
    const key = nameOf(property.key);
    if (ALLOW_FLAG.test(key)) return isTrue(property.value);
    return VERDICT.test(key) && ALLOW_WORD.test(constantOf(property.value) ?? '');
  });
}

function isTrue(node: Maybe): boolean {
  const inner = bare(node);
  if (inner?.type === 'BooleanLiteral') return inner.value;
  if (inner?.type !== 'UnaryExpression' || inner.operator !== '!') return false;
  const { argument } = inner;
  return (
    (argument.type === 'NumericLiteral' && argument.value === 0) ||
    (argument.type === 'BooleanLiteral' && !argument.value)
  );
}

/** `next()` or `return next()`: in a middleware, letting the request through. */
export function letsThrough(statement: Maybe): boolean {
  let inner: Maybe = statement;
  if (inner?.type === 'ReturnStatement') inner = inner.argument;
  else if (inner?.type === 'ExpressionStatement') inner = inner.expression;
  inner = bare(inner);
  if (inner?.type !== 'CallExpression' || inner.arguments.length > 0) return false;
  return inner.callee.type === 'Identifier' && /^(?:next|done|resolve)$/.test(inner.callee.name);
}

/** Whether a branch ends in yes. */
export function branchSaysYes(branch: Maybe): boolean {
  return statementsOf(branch).some(
    (statement) =>
      letsThrough(statement) ||
      (statement.type === 'ReturnStatement' && saysYes(statement.argument)),
  );
}

/** Whether the code around a node decides on access, going by the names of its functions and classes. */
export function isInDecision(ancestors: readonly Node[]): boolean {
  return ancestors.some((node, at) => {
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      return namesDecision(nameOf(node.id));
    }
    return isFunction(node) && namesDecision(functionName(node, ancestors[at - 1]));
  });
}

/** The name a function has or is given. */
export function functionName(node: Node, parent: Maybe): string {
  if ('id' in node && node.id) return nameOf(node.id as Node);
  if ('key' in node && node.key) return nameOf(node.key as Node);
  switch (parent?.type) {
    case 'VariableDeclarator':
      return nameOf(parent.id);
    case 'ObjectProperty':
    case 'ClassProperty':
      return nameOf(parent.key);
    case 'AssignmentExpression':
      return nameOf(parent.left);
    case 'CallExpression':
      return nameOf(parent.callee);
    default:
      return '';
  }
}

/** Whether a test asks whether something is missing, and calls `named` for what it asks about. */
export function asksForMissing(test: Maybe, named: (name: string) => boolean): boolean {
  const inner = bare(test);
  if (inner?.type === 'LogicalExpression') {
    return asksForMissing(inner.left, named) || asksForMissing(inner.right, named);
  }
  if (inner?.type === 'UnaryExpression' && inner.operator === '!') {
    // `!!token` asks whether it is there.
    const twice = bare(inner.argument);
    const isThere = twice?.type === 'UnaryExpression' && twice.operator === '!';
    return !isThere && isSubject(inner.argument, named);
  }
  if (
    inner?.type === 'CallExpression' &&
    /^(?:isEmpty|isNil|isUndefined)$/.test(nameOf(inner.callee))
  ) {
    return isSubject(inner.arguments[0], named);
  }
  if (inner?.type !== 'BinaryExpression' || !/^(?:===?|<=?)$/.test(inner.operator)) return false;
  return isNothing(inner.right, inner.operator) && isSubject(inner.left, named);
}

function isNothing(node: Maybe, operator: string): boolean {
  if (node?.type === 'NullLiteral' || nameOf(node) === 'undefined') return true;
  if (node?.type === 'UnaryExpression') return node.operator === 'void';
  return node?.type === 'NumericLiteral' && node.value === (operator === '<' ? 1 : 0);
}

/** `roles`, `roles.length`, `typeof roles`, `Object.keys(roles).length`: what a test is about. */
function isSubject(node: Maybe, named: (name: string) => boolean): boolean {
  const inner = bare(node);
  if (inner?.type === 'UnaryExpression') return isSubject(inner.argument, named);
  const member = inner?.type === 'MemberExpression' || inner?.type === 'OptionalMemberExpression';
  if (member && /^(?:length|size)$/.test(nameOf(inner))) return isSubject(inner.object, named);
  if (inner?.type === 'CallExpression' || inner?.type === 'OptionalCallExpression') {
    // `!roles.includes(x)` asks about the caller, not about a missing rule.
    if (/^(?:keys|values|entries|get|getAllAndOverride)$/.test(nameOf(inner.callee))) {
      return contains(inner, (part) => named(nameOf(part)));
    }
    return false;
  }
  return named(nameOf(inner));
}
