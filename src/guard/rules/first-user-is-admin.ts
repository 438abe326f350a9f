import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { asksForFirst } from '../syntax/first-user.ts';
import { givesPower, isPower } from '../syntax/power.ts';
import { bare, contains, nameOf } from '../syntax/read.ts';
import { namesPower } from '../syntax/words.ts';

export const firstUserIsAdmin: Rule = {
  id: 'first-user-is-admin',
  control: 'AUTHZ-4',
  reason:
    'Whoever reaches a fresh or emptied deployment first owns it; scanners try within minutes of a certificate.',
  wayOut: 'Grant the first operator a role by an audited command on the server.',
  keywords: [
    /first|count|total|existing|users|accounts|members|owners|admins|(?:any|has)_?(?:user|account|admin|owner|member)/i,
    /admin|owner|root|super|operator|staff|role|permission|scope|privilege|group|promote/i,
    /===?\s{0,4}[01]|<=?\s{0,4}[01]|[!=]==?\s{0,4}(?:null|undefined)|!\s{0,4}[\w(]|first|isEmpty|isNil/i,
  ],
  syntax: (report) => ({
    IfStatement(node) {
      if (!asksForFirst(node.test)) return;
      if (contains(node.consequent, givesPower)) report(node);
    },
    ConditionalExpression(node) {
      if (!asksForFirst(node.test)) return;
      if (isPower(node.consequent) || isPower(node.alternate)) report(node);
    },
    ObjectProperty(node) {
      if (namesPower(nameOf(node.key)) && isQuestion(node.value)) report(node);
    },
    VariableDeclarator(node) {
      if (namesPower(nameOf(node.id)) && isQuestion(node.init)) report(node);
    },
    AssignmentExpression(node) {
      if (namesPower(nameOf(node.left)) && isQuestion(node.right)) report(node);
    },
  }),
};

/** `isAdmin: count === 0`: the answer to the question is the power. */
function isQuestion(value: Node | null | undefined): boolean {
  const inner = bare(value);
  if (inner?.type !== 'BinaryExpression' && inner?.type !== 'UnaryExpression') return false;
  return asksForFirst(inner);
}
