import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { bare, chainOf, constantOf, nameOf } from '../syntax/read.ts';
import { isPrivilegedRole, namesRole } from '../syntax/words.ts';

type Maybe = Node | null | undefined;

const DEFAULT_ROLE =
  /^(?:default|fallback|initial|sign_?up|new_?user|guest)_?(?:user_?)?(?:role|permission|scope|privilege)s?$/i;

/** `role text not null default 'member'` in SQL, `role Role @default(USER)` in a Prisma schema. */
const COLUMN_DEFAULT =
  /(?<![\w."])"?(?:(?:user_?|account_?)?roles?|(?:access|permission|privilege|auth)_?level|role_?id)"?[ \t]{1,20}[\w.[\]()]{1,40}(?:[ \t]{1,20}not[ \t]{1,20}null)?[ \t]{1,20}(?:default[ \t]{1,20}(?!null|0\b|'\{\}'|'\[\]'|array\[\])|@default\((?!\[\]|0\b))/gi;

export const defaultRole: Rule = {
  id: 'default-role',
  control: 'AUTHZ-4',
  reason:
    'A role nobody granted is a role nobody decided on: signing up, or losing the claim, is enough to hold it.',
  wayOut: 'Start without a role, and grant one by an explicit, audited step.',
  keywords: [
    /(?:role|permission|privilege|scope|authority|entitlement|right|group|level|user_?(?:type|name))s?\b/i,
    /\?\?|\|\||default|initial|sign_?up|new_?user|guest|fallback|=\s{0,20}['\x22`[]|\bclass\b/i,
  ],
  text: ({ content }) => [...content.matchAll(COLUMN_DEFAULT)].map((match) => match.index),
  syntax: (report) => {
    const check = (target: string, value: Maybe): void => {
      if (value && namesRole(target) && isPlainRole(value)) report(value);
    };
    const checkName = (name: string, value: Maybe): void => {
      if (value && DEFAULT_ROLE.test(name) && isAnyRole(value)) report(value);
    };
    return {
      LogicalExpression(node) {
        if (node.operator !== '&&') check(nameOf(node.left), node.right);
      },
      AssignmentExpression(node) {
        if (node.operator === '??=' || node.operator === '||=')
          check(nameOf(node.left), node.right);
        else checkName(nameOf(node.left), node.right);
      },
      AssignmentPattern: (node) => check(nameOf(node.left), node.right),
      CallExpression(node, ancestors) {
        if (nameOf(node.callee) === 'default') check(ownerOf(ancestors), node.arguments[0]);
      },
      ObjectProperty(node, ancestors) {
        if (nameOf(node.key) === 'default') check(ownerOf(ancestors), node.value);
        else checkName(nameOf(node.key), node.value);
      },
      ClassProperty(node) {
        const name = nameOf(node.key);
        checkName(name, node.value);
        if (node.value && namesRole(name) && isAnyRole(node.value)) report(node.value);
      },
      VariableDeclarator: (node) => checkName(nameOf(node.id), node.init),
    };
  },
};

/** The key a schema belongs to: `role: z.enum([...]).default('user')`. */
function ownerOf(ancestors: readonly Node[]): string {
  const owner = ancestors.findLast(
    (node) => node.type === 'ObjectProperty' && !/^(?:default|enum)$/.test(nameOf(node.key)),
  );
  return owner?.type === 'ObjectProperty' ? nameOf(owner.key) : '';
}

/** A role that is not powerful; those are the matter of privileged-fallback. */
function isPlainRole(value: Node): boolean {
  const names = rolesIn(value);
  return names.length > 0 && !names.some(isPrivilegedRole);
}

function isAnyRole(value: Node): boolean {
  return rolesIn(value).length > 0;
}

function rolesIn(value: Node): string[] {
  const inner = bare(value);
  if (inner?.type === 'ArrayExpression') {
    return inner.elements.flatMap((element) => (element ? rolesIn(element) : []));
  }
  const text = constantOf(inner);
  if (text !== undefined) return text === '' ? [] : [text];
  if (inner?.type !== 'MemberExpression') return [];
  return /roles?(?:enum|name|type)?s?$/i.test(chainOf(inner.object)) ? [nameOf(inner)] : [];
}
