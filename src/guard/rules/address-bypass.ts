import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { branchSaysYes } from '../syntax/decisions.ts';
import { asksForPlace } from '../syntax/place.ts';
import { contains, nameOf, statementsOf } from '../syntax/read.ts';
import { namesCheck } from '../syntax/words.ts';

/** What a place must never decide. */
const VERDICT =
  /^(?:is|has)?_?(?:super_?)?(?:admin|superuser|root|staff|operator|authenticated|authori[sz]ed)$/i;

/** What a real check looks at. */
const CALLER =
  /^(?:user|session|caller|roles?|permissions?|token|principal|claims|authorization)$/i;

export const addressBypass: Rule = {
  id: 'address-bypass',
  control: 'AUTHZ-4',
  reason:
    'Address, host, referrer and agent are written by the caller or by the proxy in front, whose own address then passes for everybody.',
  wayOut: 'Check every caller alike; a machine on the same host gets a credential of its own.',
  keywords: [
    /\bips?\b|ip_?address|client_?ip|remote_?(?:ip|address)|host|referr?er|user-?agent|forwarded|real-ip|client-ip/i,
    /===?|\.(?:includes|startsWith|endsWith|has|test|match)\(|\b(?:is|in)[A-Z]\w{0,40}\(/,
  ],
  syntax: (report) => {
    const check = (target: string, value: Node | null | undefined): void => {
      if (value && VERDICT.test(target) && asksForPlace(value)) report(value);
    };
    return {
      IfStatement(node, ancestors) {
        if (!asksForPlace(node.test) || !leaves(node.consequent)) return;
        if ([node.alternate, ...after(node, ancestors)].some(checksCaller)) report(node);
      },
      LogicalExpression(node) {
        if (node.operator !== '||' || !asksForPlace(node.left)) return;
        if (checksCaller(node.right)) report(node);
      },
      VariableDeclarator: (node) => check(nameOf(node.id), node.init),
      ObjectProperty: (node) => check(nameOf(node.key), node.value),
      AssignmentExpression: (node) => check(nameOf(node.left), node.right),
    };
  },
};

/** `return`, `return next()`, `return true`: the rest of the function is skipped. */
function leaves(branch: Node): boolean {
  if (branchSaysYes(branch)) return true;
  return statementsOf(branch).some(
    (statement) => statement.type === 'ReturnStatement' && !statement.argument,
  );
}

function after(node: Node, ancestors: readonly Node[]): readonly Node[] {
  const block = ancestors.at(-1);
  if (block?.type !== 'BlockStatement') return [];
  return block.body.slice(block.body.findIndex((statement) => statement === node) + 1);
}

function checksCaller(node: Node | null | undefined): boolean {
  return contains(node, (part) => {
    if (part.type === 'CallExpression') return namesCheck(nameOf(part.callee));
    return /^(?:Optional)?MemberExpression$/.test(part.type) && CALLER.test(nameOf(part));
  });
}
