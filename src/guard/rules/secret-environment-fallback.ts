import type { Node } from '@babel/types';

import type { Rule, Visitor } from '../rule.ts';
import { namesSecret, wordsOf } from '../secrets/names.ts';
import { isReference } from '../secrets/references.ts';
import { isEnvironment, variableRead } from '../syntax/environment.ts';
import { constantOf, contains, nameOf } from '../syntax/read.ts';

/** `${JWT_SECRET:-changeme}` in shell, Compose and Dockerfiles. */
const SHELL_DEFAULT = /\$\{(?<name>[A-Za-z_]\w{0,80}):?[-=](?<value>[^}\n]{1,200})\}/g;

export const secretEnvironmentFallback: Rule = {
  id: 'secret-environment-fallback',
  control: 'SUPPLY-6',
  reason:
    'Where the variable is forgotten the service runs with a key that everyone can read in the source.',
  wayOut: 'Stop at start when the variable is missing.',
  keywords: /secret|token|passw|pwd|key|credential|salt|pepper|passphrase/i,
  text: ({ content }) => find(content),
  syntax: (report) => {
    const check = (source: Node, value: Node | null | undefined): void => {
      const text = constantOf(value);
      if (text === undefined || isReference(text)) return;
      if (readsSecret(source)) report(value ?? source);
    };
    return visitor(check);
  },
  answer: ({ text }) => find(text).length > 0,
};

function visitor(check: (source: Node, value: Node | null | undefined) => void): Visitor {
  return {
    LogicalExpression(node) {
      if (node.operator !== '&&') check(node.left, node.right);
    },
    ConditionalExpression(node) {
      check(node.test, node.alternate);
      check(node.test, node.consequent);
    },
    AssignmentExpression(node) {
      if (node.operator === '??=' || node.operator === '||=') check(node.left, node.right);
    },
    AssignmentPattern(node) {
      check(node.left, node.right);
    },
    CallExpression(node, ancestors) {
      const callee = nameOf(node.callee);
      const first = node.arguments[0];
      if (callee === 'default') check(schemaOwner(node, ancestors), first);
      else if (variableRead(node) !== undefined) check(node, defaultOf(node.arguments[1]));
    },
    ObjectProperty(node, ancestors) {
      if (!/^(?:default|devDefault|fallback)$/.test(nameOf(node.key))) return;
      check(schemaOwner(node, ancestors), node.value);
    },
  };
}

/** `get('X', 'value')` or `get('X', { default: 'value' })`; the second is seen as a property. */
function defaultOf(node: Node | undefined): Node | undefined {
  return node?.type === 'ObjectExpression' ? undefined : node;
}

/** `JWT_SECRET: z.string().default('x')`: the nearest key around a default names what it is for. */
function schemaOwner(node: Node, ancestors: readonly Node[]): Node {
  const owner = ancestors.findLast((ancestor) => ancestor.type === 'ObjectProperty');
  return owner?.type === 'ObjectProperty' ? owner.key : node;
}

function readsSecret(source: Node): boolean {
  return contains(source, (part) => {
    const variable = variableRead(part);
    if (variable !== undefined) return namesSecret(variable) || endsInKey(variable);
    return part.type !== 'CallExpression' && !isEnvironment(part) && namesSecret(nameOf(part));
  });
}

/** In the environment even a bare `..._KEY` opens something. */
function endsInKey(variable: string): boolean {
  return /^keys?$/.test(wordsOf(variable).at(-1) ?? '');
}

function find(text: string): number[] {
  return [...text.matchAll(SHELL_DEFAULT)]
    .filter((match) => namesSecret(match.groups?.['name'] ?? ''))
    .filter((match) => !isReference(match.groups?.['value'] ?? ''))
    .map((match) => match.index);
}
