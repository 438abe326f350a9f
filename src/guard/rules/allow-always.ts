import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { functionName, letsThrough, saysYes, SAYS_YES } from '../syntax/decisions.ts';
import { statementsOf } from '../syntax/read.ts';

/** Functions whose yes lets somebody do something. `can` and `is` alone answer too many other questions. */
const ANSWERS =
  /^(?:can(?:Activate|Access|Read|Write|Edit|Update|Delete|Create|View|Manage|Load|Match|See|Use|Do)|(?:is|was|are)(?:Allowed|Auth\w*|Admin|Owner|Permitted|Granted|Trusted|Operator)|(?:check|has|require|ensure|assert|verify|evaluate|validate)(?:Access|Roles?|Scopes?|Rights?|Polic\w+|Grants?|Permissions?|Privileges?|Admin|Owner|Auth\w*|Session|Token|Signature|Login|User)|allow(?:s|ed)?|permits?|authori[sz]e|authenticate|auth|decide|enforce)(?![a-z])/;

export const allowAlways: Rule = {
  id: 'allow-always',
  control: 'AUTHZ-4',
  reason:
    'A check that cannot say no is a door painted on the wall: every request passes and reviews see a guard.',
  wayOut: 'Ask the policies, or delete the check and declare the route public with a reason.',
  keywords: [
    SAYS_YES,
    /\b(?:can|is|was|are|check|has|require|ensure|assert|verify|evaluate|validate)[A-Z]|allow|permit|auth|decide|enforce/,
  ],
  syntax: (report) => {
    const check = (node: Node & { body: Node }, ancestors: readonly Node[]): void => {
      if (!ANSWERS.test(functionName(node, ancestors.at(-1)))) return;
      if (alwaysSaysYes(node.body)) report(node);
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
      ObjectMethod: check,
      ClassMethod: check,
    };
  },
};

function alwaysSaysYes(body: Node): boolean {
  if (body.type !== 'BlockStatement') return saysYes(body) || letsThroughExpression(body);
  const [only, ...others] = statementsOf(body);
  if (!only || others.length > 0) return false;
  return letsThrough(only) || (only.type === 'ReturnStatement' && saysYes(only.argument));
}

function letsThroughExpression(body: Node): boolean {
  return (
    body.type === 'CallExpression' &&
    letsThrough({ type: 'ExpressionStatement', expression: body } as Node)
  );
}
