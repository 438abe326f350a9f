import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { comesFromInput, isWholeBody } from '../syntax/input.ts';
import { chainOf, contains, nameOf } from '../syntax/read.ts';
import { namesPower } from '../syntax/words.ts';

/** Deciding by what an address looks like: anyone can sign up with one, or the list outlives the employee. */
const BY_ADDRESS = /(?:^|\.)(?:endsWith|includes|startsWith|match|test|has|indexOf)\(\)$/;
const ADDRESS = /e_?mail|domain|login|user_?name/i;

export const roleFromInput: Rule = {
  id: 'role-from-input',
  control: 'AUTHZ-4',
  reason: 'A caller who may name their own role writes "admin" into the request and is one.',
  wayOut: 'Take roles from the session on the server; grant them by the audited command.',
  keywords: [
    /role|admin|permission|scope|privilege|owner|superuser|staff|entitlement|group|rights?\b|authority|user_?type|access_?level|operator|root/i,
    /\b(?:_?req|request|ctx|context|c|event)\b\??\s{0,20}[.[]|\b(?:body|input|payload|dto|formData|query|params|searchParams)\b\??\.|Storage|\b(?:endsWith|includes|startsWith|match|test|has|indexOf)\(/,
  ],
  syntax: (report) => {
    const check = (target: string, value: Node | null | undefined): void => {
      if (value && namesPower(target) && (comesFromInput(value) || readsAddress(target, value)))
        report(value);
    };
    return {
      ObjectProperty: (node, ancestors) => {
        if (ancestors.at(-1)?.type === 'ObjectPattern') return;
        check(nameOf(node.key), node.value);
      },
      ClassProperty: (node) => check(nameOf(node.key), node.value),
      VariableDeclarator: (node) => {
        check(nameOf(node.id), node.init);
        if (node.id.type !== 'ObjectPattern' || !isInput(node.init)) return;
        for (const property of node.id.properties) {
          if (property.type === 'ObjectProperty' && namesPower(nameOf(property.key)))
            report(property);
        }
      },
      AssignmentExpression: (node) => check(nameOf(node.left), node.right),
    };
  },
};

/** What `const { role } = request.body` takes apart. */
function isInput(node: Node | null | undefined): boolean {
  return (
    isWholeBody(node) ||
    /(?:^|\.)(?:req|request)\.(?:query|params|headers|cookies)$/.test(chainOf(node))
  );
}

function readsAddress(target: string, value: Node): boolean {
  if (!/admin|owner|superuser|staff|operator|root/i.test(target)) return false;
  return contains(
    value,
    (part) =>
      part.type === 'CallExpression' &&
      BY_ADDRESS.test(chainOf(part)) &&
      contains(part, (inner) => ADDRESS.test(nameOf(inner))),
  );
}
