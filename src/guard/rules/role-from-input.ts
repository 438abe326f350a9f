import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { asksForAddress, asksInput, readsClientStore } from '../syntax/claimed.ts';
import { branchSaysYes, functionName } from '../syntax/decisions.ts';
import { comesFromInput, isWholeBody } from '../syntax/input.ts';
import { givesPower } from '../syntax/power.ts';
import { chainOf, contains, nameOf, statementsOf } from '../syntax/read.ts';
import { namesPower } from '../syntax/words.ts';

/** One right is a direction, one group a part of a match, and one scope what is asked of another server. */
const SIDE = /^(?:right|group|scope)$/;

const POWER_FLAG = /admin|owner|superuser|staff|operator|root/i;

export const roleFromInput: Rule = {
  id: 'role-from-input',
  control: 'AUTHZ-4',
  reason: 'A caller who may name their own role writes "admin" into the request and is one.',
  wayOut: 'Take roles from the session on the server; grant them by the audited command.',
  keywords: [
    /role|admin|permission|scope|privilege|owner|superuser|staff|entitlement|group|rights?\b|authority|user_?type|access_?level|operator|root|debug|bypass|\bgod|e_?mail|user_?name/i,
    /\b(?:_?req|request|ctx|context|c|event)\b\??\s{0,20}[.[]|\b(?:body|input|payload|dto|formData|query|params|searchParams)\b\??\.|Storage|[cC]ookie|\b(?:endsWith|includes|startsWith|match|test|has|indexOf|split)\(|===?\s/,
  ],
  syntax: (report) => {
    const check = (target: string, value: Node | null | undefined): void => {
      if (!value || !namesPower(target) || SIDE.test(target)) return;
      if (comesFromInput(value) || (POWER_FLAG.test(target) && asksForAddress(value)))
        report(value);
    };
    const checkFunction = (node: Node & { body: Node }, ancestors: readonly Node[]): void => {
      const name = functionName(node, ancestors.at(-1));
      const answer = answerOf(node.body);
      if (answer && namesPower(name) && POWER_FLAG.test(name) && asksForAddress(answer))
        report(answer);
    };
    return {
      IfStatement: (node) => {
        if (!asksInput(node.test) && !asksForAddress(node.test)) return;
        if (branchSaysYes(node.consequent) || contains(node.consequent, givesPower)) report(node);
      },
      FunctionDeclaration: checkFunction,
      ClassMethod: checkFunction,
      MemberExpression: (node) => {
        if (readsClientStore(node)) report(node);
      },
      CallExpression: (node) => {
        if (readsClientStore(node)) report(node);
      },
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

/** What a function of one statement answers. */
function answerOf(body: Node): Node | null | undefined {
  if (body.type !== 'BlockStatement') return body;
  const [only, ...others] = statementsOf(body);
  return others.length === 0 && only?.type === 'ReturnStatement' ? only.argument : undefined;
}

/** What `const { role } = request.body` takes apart. */
function isInput(node: Node | null | undefined): boolean {
  return (
    isWholeBody(node) ||
    /(?:^|\.)(?:req|request)\.(?:query|params|headers|cookies)$/.test(chainOf(node))
  );
}
