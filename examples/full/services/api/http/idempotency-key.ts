import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { KeyUse } from '@app/platform/idempotency';
import { Refusal } from './errors.ts';

// Printable ASCII, quoted as a structured field's string or bare. Shorter than this is a counter, and two programs of
// one caller that both count would be answered with each other's results.
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
const BARE = /^[A-Za-z0-9_.:~+/=-]+$/;
export const SHORTEST = 8;
export const LONGEST = 128;

export function idempotencyKeyOf(header: string | readonly string[] | undefined) {
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? textOf(header) : undefined;
  if (key === undefined || key.length < SHORTEST || key.length > LONGEST)
    throw new Refusal('idempotency-key-invalid', 'The Idempotency-Key is malformed.');
  return key;
}

// Two headers arrive joined by a comma, and are neither.
function textOf(header: string): string | undefined {
  const quoted = QUOTED.exec(header)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  return BARE.test(header) ? header : undefined;
}

export function keyUseOf(request: FastifyRequest, key: string): KeyUse {
  const route = `${request.method} ${String(request.routeOptions.url)}`;
  return { route, key, fingerprint: fingerprintOf(route, request) };
}

// Everything that was asked for, as it was understood: whitespace and the order of members mean nothing.
function fingerprintOf(route: string, { params, query, body }: FastifyRequest): Buffer {
  const asked = canonical([route, params, query, body]);
  return createHash('sha256').update(asked).digest();
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(byName))
      : member,
  );
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
