import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { isEnvironment } from '../syntax/environment.ts';
import { nameOf } from '../syntax/read.ts';
import { type Exempt, programsExcept } from './places.ts';

export const ENVIRONMENT_PLACES: readonly Exempt[] = [
  {
    path: 'services/[\\w-]+/config\\.ts',
    reason: 'The one reader: what a service depends on is what is named and checked there.',
  },
  {
    path: 'platform/test/support/environment\\.ts',
    reason: 'Sets variables for one test, to show that they change nothing.',
  },
  {
    path: 'platform/test/support/database\\.ts',
    reason: 'Says on which server the tests run; production code never imports it.',
  },
  {
    path: 'platform/test/support/aws\\.ts',
    reason: 'Says which server stands for AWS in tests; production code never imports it.',
  },
  {
    path: 'infra/test/.*',
    reason: 'Plants secrets in the environment, to see that none of them comes out of the program.',
  },
];

const GLOBALS = /^(?:process|Deno|Bun)$/;

export const environmentOutsideConfig: Rule = {
  id: 'environment-outside-config',
  control: 'AUTHZ-4',
  reason:
    'A variable read anywhere else is a switch that nobody listed, checked at start or reviewed.',
  wayOut: 'Name it in config.ts or in the env.ts of its module, and pass the value on.',
  files: programsExcept(ENVIRONMENT_PLACES),
  // Not the index of what modules read: it is written for each project, and loading the parser for it takes longer than
  // everything else that `create` judges.
  keywords: [/\bprocess\b|\benv\b(?! as \w+ \}|\.ts')/i],
  syntax: (report) => ({
    MemberExpression(node) {
      if (isEnvironment(node)) report(node);
    },
    OptionalMemberExpression(node) {
      if (isEnvironment(node)) report(node);
    },
    Identifier(node, ancestors) {
      if (GLOBALS.test(node.name) && handsOn(node, ancestors.at(-1))) report(node);
    },
    ImportDeclaration(node) {
      if (/^(?:node:)?process$/.test(node.source.value)) report(node);
    },
    StringLiteral(node, ancestors) {
      if (/^(?:node:)?process$/.test(node.value) && isLoaded(node, ancestors.at(-1))) report(node);
    },
  }),
};

/** Whatever loads a module, under whatever name, is told which one first. */
function isLoaded(node: Node, parent: Node | undefined): boolean {
  if (parent?.type === 'CallExpression') return parent.arguments[0] === node;
  return parent?.type === 'ImportExpression';
}

/** `process.exit` names what is used; `process` by itself hands the environment on. A key or an import is only a name. */
function handsOn(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      if (parent.object !== node) return nameOf(parent.object) === 'globalThis';
      return parent.computed && parent.property.type !== 'StringLiteral';
    case 'VariableDeclarator':
      return parent.init === node;
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return parent.right === node;
    case 'CallExpression':
    case 'NewExpression':
      return parent.callee !== node;
    default:
      return parent?.type === 'SpreadElement' || parent?.type === 'ReturnStatement';
  }
}
