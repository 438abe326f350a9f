import type { Policy } from './policy.ts';

type Node = Readonly<Record<string, unknown>>;

/** Text that any policy compares with: among it, every scope that a policy asks for. */
export function stringsIn(policies: readonly Policy[]): readonly string[] {
  const values = policies
    .flatMap(({ json }) => nodesOf(json.conditions))
    .map((node) => node['Value']);
  return [...new Set(values.filter((value) => typeof value === 'string'))].toSorted();
}

/** Risks at which some decision may change, with the lowest and the highest. */
export function riskPoints(policies: readonly Policy[], max: number): readonly number[] {
  const limits = policies.flatMap(({ json }) => nodesOf(json.conditions)).flatMap(riskLimit);
  const points = [0, max, ...limits.flatMap((limit) => [limit - 1, limit, limit + 1])];
  return [...new Set(points)]
    .filter((point) => point >= 0 && point <= max)
    .toSorted((one, other) => one - other);
}

function riskLimit({ left, right }: Node): number[] {
  return [literalBeside(left, right), literalBeside(right, left)].flat();
}

function literalBeside(risk: unknown, literal: unknown): number[] {
  const isRisk = JSON.stringify(risk) === '{".":{"left":{"Var":"context"},"attr":"risk"}}';
  const value = isNode(literal) ? literal['Value'] : undefined;
  return isRisk && typeof value === 'number' ? [value] : [];
}

function nodesOf(tree: unknown): readonly Node[] {
  if (!isNode(tree)) return [];
  return [tree, ...Object.values(tree).flatMap(nodesOf)];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
