import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { isAllowing, isInDecision, letsThrough, saysYes, SAYS_YES } from '../syntax/decisions.ts';
import { allowsAtFirst, ignoresItsError, isVerdict, staysOpen } from '../syntax/outcomes.ts';
import { bare, chainOf, contains, isFunction, nameOf } from '../syntax/read.ts';
import { namesCheck, namesDecision } from '../syntax/words.ts';

export const allowOnError: Rule = {
  id: 'allow-on-error',
  control: 'AUTHZ-5',
  reason:
    'Whoever can make the check fail, by a malformed token or a busy policy store, is let in.',
  wayOut: 'Answer no when the check throws, and record why.',
  keywords: [SAYS_YES, /catch|finally|\berr(?:or)?\b|\.then\(/],
  syntax: (report) => ({
    CatchClause(node, ancestors) {
      const attempt = ancestors.at(-1);
      const guarded = attempt?.type === 'TryStatement' && contains(attempt.block, callsDecision);
      const decides = guarded || isInDecision(ancestors);
      const open = statementIn(node.body, (part) => saysYesTo(part, decides));
      if (open) report(open);
    },
    TryStatement(node, ancestors) {
      if (staysOpen(node) && allowsAtFirst(node, ancestors)) report(node);
      // What stands in `finally` happens whether or not the check passed.
      if (!node.finalizer || !(contains(node.block, callsCheck) || isInDecision(ancestors))) return;
      const open = statementIn(node.finalizer, (part) => saysYesTo(part, true));
      if (open) report(open);
    },
    CallExpression(node, ancestors) {
      const name = nameOf(node.callee);
      const last = node.arguments.at(-1);
      if (namesCheck(name) && last && ignoresItsError(last)) report(last);
      const handler = handlerOf(node.callee, node.arguments);
      if (!handler) return;
      const decides =
        namesDecision(chainOf(node.callee)) || calledNames(node.callee) || isInDecision(ancestors);
      if (decides ? answersYes(handler) : answersAllow(handler)) report(node);
    },
  }),
};

/** What runs when a promise is refused: `.catch(f)`, `.finally(f)`, `.then(_, f)`. */
function handlerOf(callee: Node, [first, second]: readonly Node[]): Node | undefined {
  if (!callee.type.endsWith('MemberExpression')) return undefined;
  const name = nameOf(callee);
  if (name === 'catch' || name === 'finally') return first;
  return name === 'then' ? second : undefined;
}

function saysYesTo(part: Node, decides: boolean): boolean {
  if (part.type === 'ReturnStatement') {
    return isAllowingObject(part.argument) || (decides && saysYes(part.argument));
  }
  if (part.type === 'ExpressionStatement' && letsThrough(part)) return true;
  if (part.type !== 'AssignmentExpression') return false;
  return isVerdict(nameOf(part.left)) && saysYes(part.right);
}

/** `return next()` counts as letting through too. */
function statementIn(body: Node, test: (node: Node) => boolean): Node | undefined {
  let found: Node | undefined;
  contains(body, (part) => {
    if (!test(part) && !(part.type === 'ReturnStatement' && letsThrough(part))) return false;
    found = part;
    return true;
  });
  return found;
}

function isAllowingObject(node: Node | null | undefined): boolean {
  return bare(node)?.type === 'ObjectExpression' && isAllowing(node);
}

function callsDecision(node: Node): boolean {
  return node.type === 'CallExpression' && namesDecision(nameOf(node.callee));
}

function callsCheck(node: Node): boolean {
  return node.type === 'CallExpression' && namesCheck(nameOf(node.callee));
}

function calledNames(callee: Node): boolean {
  return contains(
    callee,
    (part) => part.type === 'CallExpression' && namesDecision(chainOf(part.callee)),
  );
}

function answersYes(handler: Node): boolean {
  return bodyAnswers(handler, (part) => saysYes(part) || callsNext(part));
}

/** Of a promise `next()` alone: `done()` and `resolve()` after it end tests and timers. */
function callsNext(node: Node | null | undefined): boolean {
  const inner = bare(node);
  return (
    inner?.type === 'CallExpression' && inner.arguments.length === 0 && chainOf(inner) === 'next()'
  );
}

function answersAllow(handler: Node): boolean {
  return bodyAnswers(handler, isAllowingObject);
}

function bodyAnswers(handler: Node, yes: (node: Node | null | undefined) => boolean): boolean {
  if (!isFunction(handler) || !('body' in handler)) return false;
  const body = handler.body as Node;
  if (body.type !== 'BlockStatement') return yes(body);
  return contains(
    body,
    (part) =>
      (part.type === 'ReturnStatement' && yes(part.argument)) ||
      (part.type === 'ExpressionStatement' && yes(part.expression)),
  );
}
