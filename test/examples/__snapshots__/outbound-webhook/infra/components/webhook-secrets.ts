import { readFileSync } from 'node:fs';
import type { Grant } from './grants.ts';
import type { SecretPlace } from './contribution.ts';
import { readingSecret } from './grants.ts';

// The limit for every secret that is shared with another party.
const ROTATE_DAYS = 90;

/** A reference of at least two parts, as the service requires of keys.json. */
const REFERENCE = /^[a-z][a-z0-9-]{0,39}(\/[a-z][a-z0-9-]{0,39}){1,3}$/;

/**
 * A secret for each key of an endpoint, and one for the next rotation: an operator sets its value before the deployment
 * that uses it. (CHECK-10)
 *
 * @throws an Error that names the file, and never a value
 */
export function webhookSecrets(
  keysFile: URL,
  endpoint: string,
): { readonly secrets: readonly SecretPlace[]; readonly grants: readonly Grant[] } {
  const keys = keysOf(endpoint, keysFile);
  const next = 1 + Math.max(0, ...keys.map(({ id }) => numberIn(id, endpoint)));
  const names = [...keys.map(({ secretName }) => secretName), `webhooks/${endpoint}-${next}`];
  return {
    secrets: [...new Set(names)].map((name) => ({
      name,
      segment: 'app',
      why: `What ${endpoint} signs its deliveries with.`,
      rotateEveryDays: ROTATE_DAYS,
    })),
    grants: [...new Set(names)].map((name) =>
      readingSecret('api', name, `Verifies that a delivery is from ${endpoint}.`),
    ),
  };
}

interface Key {
  readonly id: string;
  readonly secretName: string;
}

function keysOf(endpoint: string, file: URL): readonly Key[] {
  const { keys } = parsed(file) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || !keys.every(isKey))
    throw new Error(`keys.json of ${endpoint} is not a list of webhook keys.`);
  return keys;
}

function isKey(key: unknown): key is Key {
  if (typeof key !== 'object' || key === null) return false;
  const { id, secretName } = key as Partial<Record<keyof Key, unknown>>;
  return typeof id === 'string' && typeof secretName === 'string' && REFERENCE.test(secretName);
}

function parsed(file: URL): object {
  try {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof document === 'object' && document !== null ? document : {};
  } catch {
    return {};
  }
}

function numberIn(id: string, endpoint: string): number {
  const text = id.startsWith(`${endpoint}-`) ? id.slice(endpoint.length + 1) : '';
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
}
