import { parse } from '@babel/parser';

/** A node of the syntax tree, as far as the rules of lint-security.ts look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly operator?: string;
  readonly [field: string]: unknown;
}

const NO_CHILDREN: ReadonlySet<string> = new Set(['loc', 'extra', 'errors', 'tokens', 'comments']);

/** Throws if the text does not parse: an unreadable file must not pass as clean. */
export function parseSource(text: string): Node {
  const plugins = ['typescript', 'decorators'] as const;
  return parse(text, { sourceType: 'module', plugins: [...plugins], attachComment: false })
    .program as unknown as Node;
}

/** Every node of a tree, with its ancestors from the root down. */
export function* nodesOf(
  root: Node,
  above: readonly Node[] = [],
): Generator<[Node, readonly Node[]]> {
  yield [root, above];
  const ancestors = [...above, root];
  for (const inner of childrenOf(root)) yield* nodesOf(inner, ancestors);
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([field, value]) => {
    if (NO_CHILDREN.has(field)) return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

export function child(node: Node | undefined, field: string): Node | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

export function list(node: Node, field: string): readonly Node[] {
  return Array.isArray(node[field]) ? node[field].filter(isNode) : [];
}

/** The expression without casts, brackets and await. */
export function bare(node: Node | undefined): Node | undefined {
  const wrapped = /^(?:TSAs|TSSatisfies|TSNonNull|TSTypeAssertion|Parenthesized|Await)/;
  return node && wrapped.test(node.type)
    ? bare(child(node, 'expression') ?? child(node, 'argument'))
    : node;
}

/** The text of a literal, or of literals that are added up. */
export function textOf(node: Node | undefined): string | undefined {
  const inner = bare(node);
  if (inner?.type === 'StringLiteral') return String(inner['value']);
  if (inner?.type === 'TemplateLiteral' && list(inner, 'expressions').length === 0) {
    const [only] = list(inner, 'quasis');
    return only && String((only['value'] as { raw: string }).raw);
  }
  if (inner?.type !== 'BinaryExpression' || inner.operator !== '+') return undefined;
  const [left, right] = [textOf(child(inner, 'left')), textOf(child(inner, 'right'))];
  return left === undefined || right === undefined ? undefined : left + right;
}

export function isBoolean(node: Node | undefined, value: boolean): boolean {
  const inner = bare(node);
  return inner?.type === 'BooleanLiteral' && inner['value'] === value;
}

export function isCall(node: Node): boolean {
  return node.type.endsWith('CallExpression');
}

export function isMember(node: Node): boolean {
  return node.type.endsWith('MemberExpression');
}

/** The last name of a variable, a member, a key or a called function. */
export function nameOf(node: Node | undefined): string {
  const inner = bare(node);
  if (inner === undefined) return '';
  if (inner.type === 'Identifier') return String(inner['name']);
  if (isMember(inner)) return nameOf(child(inner, 'property'));
  if (isCall(inner)) return nameOf(child(inner, 'callee'));
  return textOf(inner) ?? '';
}

/** The names of a member expression: `request.body.role` gives three. */
export function pathOf(node: Node | undefined): readonly string[] {
  const inner = bare(node);
  if (inner === undefined || !isMember(inner)) return [nameOf(inner)];
  return [...pathOf(child(inner, 'object')), nameOf(child(inner, 'property'))];
}

/** The values of an expression that apply when nothing was given: `??`, `||`, `=`, `?:`, `default:`. */
export function fallbacksIn(node: Node): readonly (Node | undefined)[] {
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

function returnsOf(switchCase: Node): readonly (Node | undefined)[] {
  return list(switchCase, 'consequent')
    .flatMap((one) => (one.type === 'BlockStatement' ? list(one, 'body') : [one]))
    .filter(({ type }) => type === 'ReturnStatement')
    .map((one) => child(one, 'argument'));
}

/** The statements of a block, and those of an `if` directly in it. */
export function statementsOf(block: Node | undefined): readonly Node[] {
  if (block === undefined) return [];
  return list(block, 'body').flatMap((one) => {
    if (one.type !== 'IfStatement') return [one];
    const consequent = child(one, 'consequent');
    return consequent === undefined ? [] : [...statementsOf(consequent), consequent];
  });
}

/** `owner:` and `import ... from 'root'` name things and decide nothing. */
export function isNameOnly(node: Node, above: readonly Node[]): boolean {
  const parent = above.at(-1);
  if (parent === undefined) return false;
  if (/^(?:Import|Export)/.test(parent.type) || parent.type === 'TSLiteralType') return true;
  return /^Object(?:Property|TypeProperty)$/.test(parent.type) && parent['key'] === node;
}

/** The literal parts of a string that also holds other values. */
export function builtPartsOf(node: Node | undefined): readonly string[] {
  const inner = bare(node);
  if (inner?.type === 'TemplateLiteral' && list(inner, 'expressions').length > 0)
    return list(inner, 'quasis').map((part) => JSON.stringify(part['value']));
  if (inner?.type !== 'BinaryExpression' || textOf(inner) !== undefined) return [];
  const left = child(inner, 'left');
  return [textOf(left) ?? '', ...builtPartsOf(left)];
}

/** `process.env`, `const { env } = process`, or an import of it. */
export function readsEnvironment(node: Node, above: readonly Node[]): boolean {
  if (isMember(node)) return pathOf(node).join('.') === 'process.env';
  if (node.type === 'VariableDeclarator' && nameOf(child(node, 'init')) === 'process') {
    const taken = list(child(node, 'id') ?? node, 'properties');
    return taken.some((property) => nameOf(child(property, 'key')) === 'env');
  }
  if (node.type !== 'ImportSpecifier' || nameOf(child(node, 'imported')) !== 'env') return false;
  return /^(?:node:)?process$/.test(textOf(child(above.at(-1), 'source')) ?? '');
}
