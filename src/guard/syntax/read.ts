import type { Node } from '@babel/types';

import { eachChild } from './walk.ts';

type Maybe = Node | null | undefined;

/** Takes off what does not change a value: type assertions, parentheses, `await`, `!`, optional chaining. */
export function bare(node: Maybe): Maybe {
  switch (node?.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return bare(node.expression);
    case 'AwaitExpression':
      return bare(node.argument);
    default:
      return node;
  }
}

/** The name something is known by: identifier, property, key, or the function called. '' when it has none. */
export function nameOf(node: Maybe): string {
  const inner = bare(node);
  switch (inner?.type) {
    case 'Identifier':
      return inner.name;
    case 'StringLiteral':
      return inner.value;
    case 'PrivateName':
      return inner.id.name;
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return inner.computed ? (constantOf(inner.property) ?? '') : nameOf(inner.property);
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return nameOf(inner.callee);
    default:
      return '';
  }
}

/** `request.body.role` as written, names only, for matching against known chains. '' when it is no plain chain. */
export function chainOf(node: Maybe): string {
  const inner = bare(node);
  switch (inner?.type) {
    case 'Identifier':
      return inner.name;
    case 'ThisExpression':
      return 'this';
    case 'MetaProperty':
      return `${inner.meta.name}.${inner.property.name}`;
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return `${chainOf(inner.object)}.${nameOf(inner)}`;
    case 'CallExpression':
    case 'OptionalCallExpression':
      return `${chainOf(inner.callee)}()`;
    default:
      return '';
  }
}

/** The text of a constant string, joined where it was written in pieces. */
export function constantOf(node: Maybe): string | undefined {
  const inner = bare(node);
  switch (inner?.type) {
    case 'StringLiteral':
      return inner.value;
    case 'TemplateLiteral':
      return inner.expressions.length === 0
        ? (inner.quasis[0]?.value.cooked ?? undefined)
        : undefined;
    case 'BinaryExpression': {
      if (inner.operator !== '+') return undefined;
      const left = constantOf(inner.left);
      const right = left === undefined ? undefined : constantOf(inner.right);
      return right === undefined ? undefined : `${left}${right}`;
    }
    default:
      return undefined;
  }
}

/** How many nodes a search may look at. Nested searches over one long chain would otherwise grow with its square. */
const SEARCH_LIMIT = 400;

/** Whether the node or anything in it satisfies the test; functions inside it are their own matter. */
export function contains(root: Maybe, test: (node: Node) => boolean): boolean {
  const open: Node[] = root ? [root] : [];
  for (let at = 0; at < open.length && at < SEARCH_LIMIT; at++) {
    const node = open[at] as Node;
    if (test(node)) return true;
    if (node === root || !isFunction(node)) eachChild(node, (child) => open.push(child));
  }
  return false;
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);

export function isFunction(node: Maybe): boolean {
  return FUNCTIONS.has(node?.type ?? '');
}

/** The statements of a block, or the one statement that stands instead of it. */
export function statementsOf(node: Maybe): readonly Node[] {
  if (!node) return [];
  return node.type === 'BlockStatement' ? node.body : [node];
}
