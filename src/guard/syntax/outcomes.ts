import type { BlockStatement, Node, TryStatement } from '@babel/types';

import { letsThrough, saysYes } from './decisions.ts';
import { contains, isFunction, nameOf } from './read.ts';
import { namesCheck } from './words.ts';

const VERDICT =
  /^(?:is_?)?(?:allow(?:ed)?|authori[sz]ed|permitted|granted|trusted|verified|valid|authenticated|admin)$/i;

const LEAVES = /^(?:ThrowStatement|ReturnStatement|BreakStatement|ContinueStatement)$/;

export function isVerdict(name: string): boolean {
  return VERDICT.test(name);
}

/** Whether a handler changes nothing and goes on: what was assumed before the check still holds. */
export function staysOpen({ handler }: TryStatement): boolean {
  if (!handler) return false;
  return !contains(
    handler.body,
    (part) => LEAVES.test(part.type) || part.type === 'AssignmentExpression',
  );
}

/** `let allowed = true; try { allowed = check(); }`: yes before anything was asked. */
export function allowsAtFirst(attempt: TryStatement, ancestors: readonly Node[]): boolean {
  const block = ancestors.findLast((node): node is BlockStatement =>
    /^(?:BlockStatement|Program)$/.test(node.type),
  );
  if (!block) return false;
  return contains(attempt.block, (part) => {
    if (part.type !== 'AssignmentExpression') return false;
    const name = nameOf(part.left);
    if (!isVerdict(name) && !contains(part.right, callsCheck)) return false;
    return block.body.some((statement) => declaresYes(statement, name));
  });
}

/** `(error, user) => { request.user = user; next(); }`: a callback that never looks at its error. */
export function ignoresItsError(callback: Node): boolean {
  if (!isFunction(callback) || !('params' in callback) || !('body' in callback)) return false;
  const [error] = callback.params as readonly Node[];
  const name = nameOf(error);
  if (!/^_?e(?:rr(?:or)?)?$/.test(name)) return false;
  const body = callback.body as Node;
  const looks = contains(body, (part) => part.type === 'Identifier' && part.name === name);
  return !looks && contains(body, (part) => letsThrough(part));
}

function declaresYes(statement: Node, name: string): boolean {
  if (statement.type !== 'VariableDeclaration') return false;
  return statement.declarations.some(
    (declared) => nameOf(declared.id) === name && saysYes(declared.init),
  );
}

function callsCheck(node: Node): boolean {
  return node.type === 'CallExpression' && namesCheck(nameOf(node.callee));
}
