import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/**
 * Whether a permit says what it permits and to whom. Without actions it would cover those of every
 * module to come; without a principal it would be a role that everybody holds. (AUTHZ-4)
 */
export function isConstrained(permit: PolicyJson): boolean {
  return permit.action.op !== 'All' && (namesPrincipal(permit) || conditionOnPrincipal(permit));
}

// `principal is App::User` does not count: every principal is one.
function namesPrincipal({ principal }: PolicyJson): boolean {
  return principal.op === '==' || principal.op === 'in' || 'in' in principal;
}

function conditionOnPrincipal({ conditions }: PolicyJson): boolean {
  return conditions.some(({ body }) => mentionsPrincipal(body));
}

function mentionsPrincipal(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  if ('Var' in expression && expression.Var === 'principal') return true;
  return Object.values(expression).some(mentionsPrincipal);
}
