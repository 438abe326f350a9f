import { parse } from '@babel/parser';

/** A node of the syntax tree, as far as rules look at one. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly operator?: string;
  readonly [field: string]: unknown;
}

const NO_CHILDREN: ReadonlySet<string> = new Set(['loc', 'extra', 'errors', 'tokens', 'comments']);

/** Throws where the text is no program: what cannot be read cannot be judged. */
export function parseSource(text: string): Node {
  const plugins = ['typescript', 'decorators'] as const;
  return parse(text, { sourceType: 'module', plugins: [...plugins], attachComment: false })
    .program as unknown as Node;
}

/** Every node below, and itself; the way down to it, outermost first. */
export function* nodesOf(
  root: Node,
  above: readonly Node[] = [],
): Generator<[Node, readonly Node[]]> {
  yield [root, above];
  const way = [...above, root];
  for (const inner of childrenOf(root)) yield* nodesOf(inner, way);
}

export function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([field, value]) => {
    if (NO_CHILDREN.has(field)) return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

export function child(node: Node, field: string): Node | undefined {
  return isNode(node[field]) ? node[field] : undefined;
}

export function list(node: Node, field: string): readonly Node[] {
  return Array.isArray(node[field]) ? node[field].filter(isNode) : [];
}

/** Without what types and brackets put around it. */
export function bare(node: Node | undefined): Node | undefined {
  const wrapped = /^(?:TSAs|TSSatisfies|TSNonNull|TSTypeAssertion|Parenthesized|Await)/;
  return node && wrapped.test(node.type)
    ? bare(child(node, 'expression') ?? child(node, 'argument'))
    : node;
}

/** The text of a literal, or of pieces that add up to one. */
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

export function isTrue(node: Node | undefined): boolean {
  const inner = bare(node);
  return inner?.type === 'BooleanLiteral' && inner['value'] === true;
}

export function isFalse(node: Node | undefined): boolean {
  const inner = bare(node);
  return inner?.type === 'BooleanLiteral' && inner['value'] === false;
}

/** What a variable, a member, a key or whatever is called is named last. */
export function nameOf(node: Node | undefined): string {
  const inner = bare(node);
  if (inner === undefined) return '';
  if (inner.type === 'Identifier') return String(inner['name']);
  if (inner.type.endsWith('MemberExpression')) return nameOf(child(inner, 'property'));
  if (inner.type.endsWith('CallExpression')) return nameOf(child(inner, 'callee'));
  return textOf(inner) ?? '';
}

/** `request.body.role` as its names: what a value was reached through. */
export function pathOf(node: Node | undefined): readonly string[] {
  const inner = bare(node);
  if (inner === undefined || !inner.type.endsWith('MemberExpression')) return [nameOf(inner)];
  return [...pathOf(child(inner, 'object')), nameOf(child(inner, 'property'))];
}
