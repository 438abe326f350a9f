// Safe methods change nothing. Every other one requires a same-origin proof and an audit record.
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}

// The methods of routes. All others share one name, so that a client cannot add values to logs and metrics.
export const METHODS = [
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'OTHER',
] as const;
export type Method = (typeof METHODS)[number];

const named: ReadonlySet<string> = new Set(METHODS);

export function methodOf(method: string): Method {
  return named.has(method) ? (method as Method) : 'OTHER';
}
