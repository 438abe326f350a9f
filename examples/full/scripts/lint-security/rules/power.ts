import { readFileSync } from 'node:fs';
import { ROOT } from '../../derive/root.ts';
import type { Rule } from '../rule.ts';
import { child, list, nameOf, pathOf, textOf } from '../syntax.ts';
import type { Node } from '../syntax.ts';

const POWERFUL =
  /^(?:is[-_ ]?)?(?:super|system|global|tenant|site)?[-_ ]?(?:admin(?:istrator)?s?|superuser|god)$/i;
// They mean power where a role is expected, and other things elsewhere.
const POWERFUL_AS_ROLE = /^(?:root|owner|staff|manager|moderator|maintainer|\*)$/i;

// Where roles are named because something plays them, or because a thing is called what a role is.
const MAY_NAME_ROLES =
  /(?:^|\/)(?:samples|drills)\.ts$|^platform\/src\/(?:testing\/|aws\/logins\.ts$)|^migrations\/order\.ts$|^services\/[\w-]+\/modules\/[\w-]+\/(?:index|endpoint|events)\.ts$/;

const roles = declaredRoles();

/** The closed set that policies are checked against. */
function declaredRoles(): ReadonlySet<string> {
  const schema = readFileSync(new URL('policies/app.cedarschema', ROOT), 'utf8');
  const [, listed = ''] = /entity Role enum \[([^\]]*)\]/.exec(schema) ?? [];
  return new Set([...listed.matchAll(/"([^"]+)"/g)].map(([, role = '']) => role));
}

function isRole(text: string | undefined): boolean {
  return text !== undefined && (roles.has(text) || POWERFUL.test(text));
}

export const privilegedFallback: Rule = {
  id: 'privileged-fallback',
  control: 'AUTHZ-4',
  says: 'Whoever comes without a role gets this one: refuse them, since nobody holds a role to begin with.',
  isBroken: (node) =>
    fallbacksIn(node).some(
      (value) => isRole(textOf(value)) || POWERFUL_AS_ROLE.test(textOf(value) ?? ''),
    ),
};

// What is taken where nothing was said, in all the ways there are to write that.
function fallbacksIn(node: Node): readonly (Node | undefined)[] {
  switch (node.type) {
    case 'LogicalExpression':
      return node.operator === '&&' ? [] : [child(node, 'right')];
    case 'AssignmentExpression':
      return /^(?:\|\||\?\?)=$/.test(node.operator ?? '') ? [child(node, 'right')] : [];
    case 'AssignmentPattern':
      return [child(node, 'right')];
    case 'ConditionalExpression':
      return [child(node, 'consequent'), child(node, 'alternate')];
    case 'SwitchCase':
      return child(node, 'test') ? [] : returnsOf(node);
    default:
      return [];
  }
}

function returnsOf(node: Node): readonly (Node | undefined)[] {
  const inner = list(node, 'consequent').flatMap((one) =>
    one.type === 'BlockStatement' ? list(one, 'body') : [one],
  );
  return inner
    .filter(({ type }) => type === 'ReturnStatement')
    .map((one) => child(one, 'argument'));
}

export const roleLiteral: Rule = {
  id: 'role-literal',
  control: 'AUTHZ-1',
  says: 'A role that code names is a second policy, which no decision matrix shows: ask the policies.',
  except: MAY_NAME_ROLES,
  isBroken: (node, above) =>
    node.type === 'StringLiteral' && isRole(textOf(node)) && !isPlainKey(node, above),
};

// `owner:` and `import ... from 'root'` name things, and decide nothing.
function isPlainKey(node: Node, above: readonly Node[]): boolean {
  const parent = above.at(-1);
  if (parent === undefined) return false;
  if (/^(?:Import|Export)/.test(parent.type) || parent.type === 'TSLiteralType') return true;
  return /^Object(?:Property|TypeProperty)$/.test(parent.type) && parent['key'] === node;
}

const INPUT = /^(?:body|query|headers|params|cookies)$/;
const DECIDING =
  /^(?:x[-_])?(?:is_?admin|admin|roles?|permissions?|scopes?|tenant(?:[-_]?id)?|user[-_]?id|subject|owner(?:[-_]?id)?|privileges?)$/i;

export const inputDecides: Rule = {
  id: 'input-decides',
  control: 'AUTHZ-5',
  says: 'Who somebody is and what they may do is what the session says, never what they send: take it from the Caller.',
  isBroken: (node) => {
    if (!node.type.endsWith('MemberExpression')) return false;
    const path = pathOf(node);
    return INPUT.test(path.at(-2) ?? '') && path.length > 2 && DECIDING.test(path.at(-1) ?? '');
  },
};

const WRITES = /^(?:values|set|insert|create|update|assign|save)$/;

export const massAssignment: Rule = {
  id: 'mass-assignment',
  control: 'AUTHZ-5',
  says: 'A whole body is written as it came, fields that nobody thought of included: name each field.',
  isBroken: (node, above) => {
    if (node.type === 'SpreadElement') {
      const call = above.findLast(({ type }) => type.endsWith('CallExpression'));
      return isBody(child(node, 'argument')) && WRITES.test(nameOf(call));
    }
    if (!node.type.endsWith('CallExpression') || !WRITES.test(nameOf(node))) return false;
    return list(node, 'arguments').some((argument) => isBody(argument));
  },
};

function isBody(node: Node | undefined): boolean {
  const path = pathOf(node);
  return path.length > 1 && path.at(-1) === 'body' && /^req(?:uest)?$/.test(path.at(-2) ?? '');
}
