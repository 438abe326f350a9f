import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { isAllowing, isInDecision, letsThrough, saysYes, SAYS_YES } from '../syntax/decisions.ts';
import { bare, chainOf, contains, isFunction, nameOf } from '../syntax/read.ts';
import { namesDecision } from '../syntax/words.ts';

const VERDICT =
  /^(?:is_?)?(?:allow(?:ed)?|authori[sz]ed|permitted|granted|trusted|verified|valid|authenticated|admin)$/i;

export const allowOnError: Rule = {
  id: 'allow-on-error',
  control: 'AUTHZ-5',
  reason:
    'Whoever can make the check fail, by a malformed token or a busy policy store, is let in.',
  wayOut: 'Answer no when the check throws, and record why.',
  keywords: [SAYS_YES, /catch/],
  syntax: (report) => ({
    CatchClause(node, ancestors) {
      const attempt = ancestors.at(-1);
      const guarded = attempt?.type === 'TryStatement' && contains(attempt.block, callsDecision);
      const decides = guarded || isInDecision(ancestors);
      const open = statementIn(node.body, (part) => saysYesTo(part, decides));
      if (open) report(open);
    },
    CallExpression(node, ancestors) {
      if (nameOf(node.callee) !== 'catch' || !node.arguments[0]) return;
      const decides =
        namesDecision(chainOf(node.callee)) || calledNames(node.callee) || isInDecision(ancestors);
      if (decides ? answersYes(node.arguments[0]) : answersAllow(node.arguments[0])) report(node);
    },
  }),
};

function saysYesTo(part: Node, decides: boolean): boolean {
  if (part.type === 'ReturnStatement') {
    return isAllowingObject(part.argument) || (decides && saysYes(part.argument));
  }
  if (part.type === 'ExpressionStatement' && letsThrough(part)) return true;
  if (part.type !== 'AssignmentExpression') return false;
  return VERDICT.test(nameOf(part.left)) && saysYes(part.right);
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

function calledNames(callee: Node): boolean {
  return contains(
    callee,
    (part) => part.type === 'CallExpression' && namesDecision(chainOf(part.callee)),
  );
}

function answersYes(handler: Node): boolean {
  return bodyAnswers(handler, saysYes);
}

function answersAllow(handler: Node): boolean {
  return bodyAnswers(handler, isAllowingObject);
}

function bodyAnswers(handler: Node, yes: (node: Node | null | undefined) => boolean): boolean {
  if (!isFunction(handler) || !('body' in handler)) return false;
  const body = handler.body as Node;
  if (body.type !== 'BlockStatement') return yes(body);
  return contains(body, (part) => part.type === 'ReturnStatement' && yes(part.argument));
}
