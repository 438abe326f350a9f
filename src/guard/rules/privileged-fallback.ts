import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { asksForFirst } from '../syntax/first-user.ts';
import { bare, chainOf, constantOf, contains, nameOf, statementsOf } from '../syntax/read.ts';
import { asksForMissingRole, followsKnownRole, handedOut } from '../syntax/role-fallback.ts';
import {
  isPrivileged,
  isPrivilegedRole,
  namesLevel,
  namesPower,
  namesPowerFlag,
  namesRole,
} from '../syntax/words.ts';

type Maybe = Node | null | undefined;

// secure-app-ignore: privileged-fallback AUTHZ-4 shows what is found, and no database reads it
/** `is_admin boolean not null default true` in SQL, `isAdmin Boolean @default(true)` in a Prisma schema. */
const FLAG_DEFAULT =
  /(?<![\w."])"?(?:is|has)?_?(?:super_?)?(?:admin|superuser|staff)"?[ \t]{1,20}bool(?:ean)?(?:[ \t]{1,20}not[ \t]{1,20}null)?[ \t]{1,20}(?:default[ \t]{1,20}|@default\()(?:true|'t'|1)\b/gi;

export const privilegedFallback: Rule = {
  id: 'privileged-fallback',
  control: 'AUTHZ-4',
  reason:
    'Whoever makes the role go missing, by a lost claim or an empty column, becomes an administrator.',
  wayOut:
    'Deny when the role is unknown; the first operator is granted a role by an audited command.',
  keywords: [
    /\?\?|\|\||\?[^.]|default|=|return/,
    /["'`](?:is[-_ ]?)?(?:super|system|global|default|org|tenant|site)?[-_ ]?(?:admin|root|super|sys|god|full|power|owner|operator|staff|maintainer|manager|moderator|\*["'`]|all["'`]|write["'`]|any["'`])|(?:role|permission|privilege|scope|authority|group|right)\w{0,20}\.\w|(?:admin|superuser|staff)\b[^;\n]{0,80}\b(?:true|1)\b|default["']?[(:]\s{0,10}true\b|level|role_?id|clearance/i,
  ],
  text: ({ content }) => [...content.matchAll(FLAG_DEFAULT)].map((match) => match.index),
  syntax: (report) => {
    const check = (value: Maybe, forRole: boolean): void => {
      if (value && isPower(value, forRole)) report(value);
    };
    const checkNamed = (name: string, value: Maybe): void => {
      if (value && givesByName(name, value)) report(value);
    };
    return {
      LogicalExpression(node, ancestors) {
        if (node.operator === '&&') return;
        check(node.right, namesPower(nameOf(node.left)) || isForRole(ancestors));
        checkNamed(nameOf(node.left), node.right);
      },
      IfStatement(node) {
        if (!asksForMissingRole(node.test) || asksForFirst(node.test)) return;
        for (const { value, forRole } of handedOut(node.consequent)) check(value, forRole);
      },
      CatchClause(node) {
        for (const { value, forRole } of handedOut(node.body)) check(value, forRole);
      },
      ReturnStatement(node, ancestors) {
        if (followsKnownRole(ancestors)) check(node.argument, true);
      },
      VariableDeclaration(node) {
        if (node.kind === 'const') return;
        // Power until something takes it away: a branch that is not taken keeps it.
        for (const { id, init } of node.declarations) if (namesRole(nameOf(id))) check(init, true);
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
        if (node.operator !== '??=' && node.operator !== '||=') return;
        check(node.right, target);
        checkNamed(nameOf(node.left), node.right);
      },
      AssignmentPattern(node) {
        check(node.right, namesPower(nameOf(node.left)));
        checkNamed(nameOf(node.left), node.right);
      },
      SwitchCase(node) {
        if (node.test) return;
        for (const statement of node.consequent.flatMap(statementsOf))
          checkStatement(statement, check);
      },
      CallExpression(node, ancestors) {
        if (nameOf(node.callee) !== 'default') return;
        check(node.arguments[0], isForRole(ancestors));
        checkNamed(holderOf(ancestors), node.arguments[0]);
      },
      ObjectProperty(node, ancestors) {
        if (nameOf(node.key) !== 'default') return;
        check(node.value, isForRole(ancestors));
        checkNamed(holderOf(ancestors), node.value);
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

/** `isAdmin ?? true`, `user.accessLevel ?? 99`: power that is no word. Level 0 is the least there is. */
function givesByName(name: string, value: Node): boolean {
  const inner = bare(value);
  if (inner?.type === 'BooleanLiteral') return inner.value && namesPowerFlag(name);
  return inner?.type === 'NumericLiteral' && inner.value > 0 && namesLevel(name);
}

/** The field that a default stands in, past the words of the schema around it. */
function holderOf(ancestors: readonly Node[]): string {
  const holder = ancestors.findLast(
    (node) =>
      /^(?:ObjectProperty|VariableDeclarator|ClassProperty)$/.test(node.type) &&
      !(node.type === 'ObjectProperty' && /^(?:default|enum|type)$/.test(nameOf(node.key))),
  );
  if (holder?.type === 'ObjectProperty' || holder?.type === 'ClassProperty')
    return nameOf(holder.key);
  return holder?.type === 'VariableDeclarator' ? nameOf(holder.id) : '';
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
