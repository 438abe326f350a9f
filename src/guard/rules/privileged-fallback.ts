import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { asksForFirst } from '../syntax/first-user.ts';
import { bare, chainOf, constantOf, contains, nameOf, statementsOf } from '../syntax/read.ts';
import { isPrivileged, isPrivilegedRole, namesPower, namesRole } from '../syntax/words.ts';

type Maybe = Node | null | undefined;

export const privilegedFallback: Rule = {
  id: 'privileged-fallback',
  control: 'AUTHZ-4',
  reason:
    'Whoever makes the role go missing, by a lost claim or an empty column, becomes an administrator.',
  wayOut:
    'Deny when the role is unknown; the first operator is granted a role by an audited command.',
  keywords: [
    /\?\?|\|\||\?[^.]|default|=/,
    /["'`](?:is[-_ ]?)?(?:super|system|global|default|org|tenant|site)?[-_ ]?(?:admin|root|super|sys|god|full|power|owner|operator|staff|maintainer|manager|moderator|\*["'`]|all["'`]|write["'`]|any["'`])|(?:role|permission|privilege|scope|authority|group|right)\w{0,20}\.\w/i,
  ],
  syntax: (report) => {
    const check = (value: Maybe, forRole: boolean): void => {
      if (value && isPower(value, forRole)) report(value);
    };
    return {
      LogicalExpression(node, ancestors) {
        if (node.operator === '&&') return;
        check(node.right, namesPower(nameOf(node.left)) || isForRole(ancestors));
      },
      ConditionalExpression(node, ancestors) {
        if (asksForFirst(node.test)) return;
        const forRole = isForRole(ancestors);
        check(node.alternate, forRole);
        if (!contains(node.test, (part) => isPrivileged(constantOf(part) ?? ''))) {
          // `role === 'admin' ? 'Administrator' : ...` only words what is known already.
          check(node.consequent, forRole);
        }
      },
      AssignmentExpression(node) {
        const target = namesPower(nameOf(node.left));
        if (node.operator === '??=' || node.operator === '||=') check(node.right, target);
      },
      AssignmentPattern: (node) => check(node.right, namesPower(nameOf(node.left))),
      SwitchCase(node) {
        if (node.test) return;
        for (const statement of node.consequent.flatMap(statementsOf))
          checkStatement(statement, check);
      },
      CallExpression(node, ancestors) {
        if (nameOf(node.callee) === 'default') check(node.arguments[0], isForRole(ancestors));
      },
      ObjectProperty(node, ancestors) {
        if (nameOf(node.key) === 'default') check(node.value, isForRole(ancestors));
      },
    };
  },
};

function checkStatement(statement: Node, check: (value: Maybe, forRole: boolean) => void): void {
  if (statement.type === 'ReturnStatement') check(statement.argument, false);
  if (statement.type !== 'ExpressionStatement') return;
  const { expression } = statement;
  if (expression.type !== 'AssignmentExpression') return;
  check(expression.right, namesPower(nameOf(expression.left)));
}

/** Whether the value ends up under a name that holds a role. */
function isForRole(ancestors: readonly Node[]): boolean {
  const holder = ancestors.findLast((node) =>
    /^(?:ObjectProperty|VariableDeclarator|AssignmentExpression|ClassProperty|AssignmentPattern)$/.test(
      node.type,
    ),
  );
  switch (holder?.type) {
    case 'ObjectProperty':
    case 'ClassProperty':
      // `role: Type.String({ default: ... })`: the key of interest is the next one out.
      if (/^(?:default|enum|anyOf)$/.test(nameOf(holder.key))) {
        return isForRole(ancestors.slice(0, ancestors.lastIndexOf(holder)));
      }
      return namesPower(nameOf(holder.key));
    case 'VariableDeclarator':
      return namesPower(nameOf(holder.id));
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return namesPower(nameOf(holder.left));
    default:
      return false;
  }
}

function isPower(value: Node, forRole: boolean): boolean {
  const inner = bare(value);
  if (inner?.type === 'ArrayExpression') {
    return inner.elements.some((element) => element !== null && isPower(element, forRole));
  }
  const text = constantOf(inner);
  if (text !== undefined) return forRole ? isPrivilegedRole(text) : isPrivileged(text);
  if (inner?.type !== 'MemberExpression') return false;
  // `Role.Admin`, `ROLES.OWNER`: a member of something that lists roles.
  const list = chainOf(inner.object).split('.').at(-1) ?? '';
  return isRoleList(list) && isPrivilegedRole(nameOf(inner));
}

function isRoleList(name: string): boolean {
  return (
    namesRole(name) || /(?:role|permission|privilege|scope)s?(?:enum|type|name)?s?$/i.test(name)
  );
}
