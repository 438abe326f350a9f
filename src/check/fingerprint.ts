import { createHmac } from 'node:crypto';

/** How many bits of a line's digest a fingerprint depends on: enough to notice that it changed, too few to guess it by. */
const BITS = 12;

export interface Place {
  readonly rule: string;
  readonly file: string;
  /** The whole line, which may hold the secret. */
  readonly line: string;
}

/**
 * Fingerprints of findings in their order. Each depends on the rule, the file, twelve bits of the salted digest of the
 * line, and how many alike came before it: it stays when lines move, goes when the line changes, and says nothing that a
 * secret could be found by. Whoever tries passwords against it learns twelve bits, and has to guess the rest.
 */
export function fingerprintsOf(places: readonly Place[], salt: string): string[] {
  const seen = new Map<string, number>();
  return places.map(({ rule, file, line }) => {
    const alike = JSON.stringify([rule, file, short(line.trim(), salt)]);
    const before = seen.get(alike) ?? 0;
    seen.set(alike, before + 1);
    return createHmac('sha256', salt).update(`${alike}${before}`).digest('hex').slice(0, 32);
  });
}

function short(line: string, salt: string): number {
  return createHmac('sha256', salt).update(line).digest().readUInt16BE() >>> (16 - BITS);
}
