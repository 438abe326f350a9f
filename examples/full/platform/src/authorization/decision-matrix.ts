import type { CallerFacts } from '../caller.ts';
import type { Bundle } from './bundle.ts';
import { ACR_VERIFIED_USER } from '../caller.ts';
import { readBundle } from './bundle.ts';
import { evaluate } from './evaluate.ts';
import { riskPoints, stringsIn } from './literals.ts';
import { relationsOf, sampleOf } from './sample.ts';

const NO_ROLE = '(no role)';
const MAX_RISK = 100;
const AT = new Date(0);

/**
 * Every action by role, ownership, tenant and risk, as a table for people: a change of policy shows
 * in review as the cells it changes. (AUTHZ-1)
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

// A decision holds from its point up to the next one.
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
