import { createHash } from 'node:crypto';
import { sameBytes } from '@app/platform/webhooks/scheme';
import { parseByteMembers } from './structured-fields.ts';

const HASHES: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };

/**
 * Whether the body is the one of the digest. Each digest that is given has to match, and each has to
 * be one that still protects: next to a good one, an md5 is what somebody else may check. (RFC 9530)
 */
export function matchesDigest(header: string | undefined, body: Uint8Array): boolean {
  const digests = [...(parseByteMembers(header) ?? [])];
  return digests.length > 0 && digests.every(([name, given]) => isDigest(name, given, body));
}

function isDigest(name: string, given: Buffer, body: Uint8Array): boolean {
  const hash = Object.hasOwn(HASHES, name) ? HASHES[name] : undefined;
  return hash !== undefined && sameBytes(given, createHash(hash).update(body).digest());
}
