import type { CallerFacts } from '../sessions/caller.ts';
import { ACR_VERIFIED_USER } from '../sessions/caller.ts';
import type { Resource } from './decide.ts';
import { evaluate } from './decide.ts';
import type { Bundle, Policy } from './policies.ts';
import { readBundle } from './policies.ts';
import type { Declared, SchemaModel } from './schema.ts';
import { TENANT, USER } from './schema.ts';

type Node = Readonly<Record<string, unknown>>;

/** The string literals in conditions, which include every scope that a policy requires. */
function stringsIn(policies: readonly Policy[]): readonly string[] {
  const values = policies
    .flatMap(({ json }) => nodesOf(json.conditions))
    .map((node) => node['Value']);
  return [...new Set(values.filter((value) => typeof value === 'string'))].toSorted();
}

/** The risk values at which a decision may change, with the lowest and the highest. */
function riskPoints(policies: readonly Policy[], max: number): readonly number[] {
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

interface Relation {
  readonly title: string;
  readonly owned: boolean;
  readonly inTenant: boolean;
}

type Related = Pick<Relation, 'owned' | 'inTenant'>;

/** The relations that a resource of this type can have to the caller, according to its attributes. */
function relationsOf(model: SchemaModel, type: string): readonly Relation[] {
  const attributes = Object.values(model.types.get(type)?.attributes ?? {});
  const names = (entity: string) =>
    type === entity || attributes.some(({ name }) => name === entity);
  const owners = names(USER) ? [true, false] : [true];
  const tenants = names(TENANT) ? [true, false] : [true];

  return tenants.flatMap((inTenant) =>
    owners.map((owned) => ({
      owned,
      inTenant,
      title: `${owned ? 'own' : "another's"}, ${inTenant ? 'same' : 'other'} tenant`,
    })),
  );
}

/** A resource in that relation to the caller. Its other attributes are empty. */
function sampleOf(model: SchemaModel, type: string, relation: Related): Resource {
  const id = valueOf(model, { type: 'Entity', name: type }, relation);
  return {
    type,
    id: id === '' ? 'resource' : String(id),
    attributes: attributesOf(model, type, relation),
  };
}

function attributesOf(
  model: SchemaModel,
  type: string,
  relation: Related,
): Record<string, unknown> {
  const attributes = model.types.get(type)?.attributes ?? {};
  return Object.fromEntries(
    Object.entries(attributes).map(([key, declared]) => [key, valueOf(model, declared, relation)]),
  );
}

function valueOf(model: SchemaModel, declared: Declared, relation: Related): unknown {
  const { type, name, attributes = {} } = model.types.get(declared.type) ?? declared;
  if (name === USER) return relation.owned ? 'caller' : 'somebody-else';
  if (name === TENANT) return relation.inTenant ? 'tenant' : 'another-tenant';
  if (type === 'Long') return 0;
  if (type === 'Bool') return false;
  if (type === 'Set') return [];
  if (type !== 'Record') return '';
  return Object.fromEntries(
    Object.entries(attributes).map(([key, part]) => [key, valueOf(model, part, relation)]),
  );
}

const NO_ROLE = '(no role)';
const MAX_RISK = 100;
const AT = new Date(0);

/**
 * Every action by role, ownership, tenant and risk: a reviewer sees a changed policy as changed cells. (AUTHZ-1)
 */
export async function decisionMatrix(folder: URL | string): Promise<string> {
  const bundle = await readBundle(folder);
  const scopes = stringsIn(bundle.policies);
  const header = [
    'Who may do what, at most: asked with the strongest session there is',
    `(verified user, signed in just now, bound to a key, scopes: ${scopes.join(' ') || 'none'})`,
    'and a resource whose other attributes are empty.',
  ];
  const tables = [...bundle.model.actionByName].flatMap(([name, action]) =>
    action.resourceTypes.map((type) => tableOf(bundle, name, type, scopes)),
  );
  return `${[header.join('\n'), ...tables.toSorted()].join('\n\n')}\n`;
}

function tableOf(bundle: Bundle, name: string, type: string, scopes: readonly string[]): string {
  const relations = relationsOf(bundle.model, type);
  const rows = [undefined, ...bundle.model.roles].map((role) => [
    role ?? NO_ROLE,
    ...relations.map((relation) => cell(bundle, name, type, strongest(role, scopes), relation)),
  ]);
  const head = ['', ...relations.map(({ title }) => title)];
  return [`${name} on ${type}`, ...aligned([head, ...rows])].join('\n');
}

function cell(
  bundle: Bundle,
  action: string,
  type: string,
  caller: CallerFacts,
  relation: { readonly owned: boolean; readonly inTenant: boolean },
): string {
  const resource = sampleOf(bundle.model, type, relation);
  const points = riskPoints(bundle.policies, MAX_RISK);
  const allowed = points.map(
    (risk) => evaluate(bundle, { caller: { ...caller, risk }, action, resource, now: AT }).allow,
  );
  if (allowed.every(Boolean)) return 'allow';
  if (!allowed.some(Boolean)) return 'deny';
  return `allow at risk ${ranges(points, allowed)}`;
}

function strongest(role: string | undefined, scopes: readonly string[]): CallerFacts {
  return {
    subject: 'caller',
    tenant: 'tenant',
    roles: role === undefined ? [] : [role],
    acr: ACR_VERIFIED_USER,
    authTime: AT,
    scopes,
    sessionId: 'session',
    confirmationKey: 'key',
    risk: 0,
  };
}

// A decision holds from its risk value to the next one.
function ranges(points: readonly number[], allowed: readonly boolean[]): string {
  const found: [number, number][] = [];
  points.forEach((from, index) => {
    if (!allowed[index]) return;
    const to = (points[index + 1] ?? MAX_RISK + 1) - 1;
    const last = found.at(-1);
    if (last?.[1] === from - 1) last[1] = to;
    else found.push([from, to]);
  });
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
