import type { Node } from '@babel/types';

import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule, Visitor } from '../rule.ts';
import {
  isPassphrase,
  isReference,
  namesSecret,
  wordsOf,
} from '../../../templates/app/platform/src/secret-shapes/named-secrets.ts';
import { isEnvironment, variableRead } from '../syntax/environment.ts';
import { constantOf, contains, nameOf } from '../syntax/read.ts';

const WORDS = '(?:secret|token|passw|pwd|pass|key|credential|salt|pepper|passphrase|passcode)';
const QUOTE = `["'\`]`;

/** A secret's name with a fallback behind it, in each of the forms below, loosely. */
const KEYWORDS = new RegExp(
  [
    // x ?? 'y', x || 'y', x ??= 'y'
    `${WORDS}[^;]{0,120}?(?:\\?\\?|\\|\\|)=?\\s{0,20}[(]?\\s{0,4}${QUOTE}`,
    // x = 'y' among parameters or names taken apart
    `${WORDS}\\w{0,30}\\s{0,4}=\\s{0,20}${QUOTE}`,
    // x ? x : 'y'
    `${WORDS}\\w{0,30}["'\`\\]]{0,2}\\s{0,20}\\?[^;]{0,200}?:\\s{0,20}${QUOTE}`,
    // x: schema.default('y'), { default: 'y' }
    `${WORDS}[^;]{0,200}?(?:default|fallback|devDefault)["'\`]?[(:]\\s{0,20}${QUOTE}`,
    // get('x', 'y')
    `\\(\\s{0,20}${QUOTE}[^"'\`\\n]{0,80}${WORDS}[^"'\`\\n]{0,40}${QUOTE}\\s{0,4},`,
    // ${x:-y}
    `\\$\\{\\w{0,80}${WORDS}\\w{0,40}:?[-=]`,
  ].join('|'),
  'i',
);

// secure-app-ignore: secret-environment-fallback SUPPLY-6 shows what is found, and no shell reads it
/** `${JWT_SECRET:-changeme}` in shell, Compose and Dockerfiles. */
const SHELL_DEFAULT = /\$\{(?<name>[A-Za-z_]\w{0,80}):?[-=](?<value>[^}\n]{1,200})\}/g;

export const secretEnvironmentFallback: Rule = {
  id: 'secret-environment-fallback',
  control: 'SUPPLY-6',
  reason:
    'Where the variable is forgotten the service runs with a key that everyone can read in the source.',
  wayOut: 'Stop at start when the variable is missing.',
  files: NOT_A_LOCKFILE,
  keywords: [KEYWORDS],
  text: ({ content }) => find(content),
  syntax: (report) => {
    const check = (source: Node, value: Node | null | undefined): void => {
      const text = constantOf(value);
      if (text === undefined || isReference(text)) return;
      // A sentence is a label.
      if (/\s/.test(text.trim()) && !isPassphrase(text)) return;
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
      // `X ? X : 'literal'`; a secret that only decides between two labels is no fallback.
      if ([node.consequent, node.alternate].every((branch) => constantOf(branch) !== undefined))
        return;
      check(node.consequent, node.alternate);
      check(node.alternate, node.consequent);
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
