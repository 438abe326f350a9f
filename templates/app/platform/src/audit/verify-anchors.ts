import type { KeyStore } from '../keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Broken } from './verify-seal.ts';
import { readAnchor } from './anchor.ts';

/** Of one stream: the number of a seal, and the hash that it was anchored with. */
export type AnchoredHeads = ReadonlyMap<bigint, string>;

export interface Anchored {
  readonly count: number;
  readonly streams: ReadonlyMap<string, AnchoredHeads>;
}

/** Every line signed and following the one before, so that no old one is played again. */
export async function readAnchors(
  keys: KeyStore,
  lines: readonly string[],
): Promise<Result<Anchored, Broken>> {
  const streams = new Map<string, Map<bigint, string>>();
  for (const [index, line] of lines.entries()) {
    const anchor = await readAnchor(keys, line, lines[index - 1]);
    if (anchor?.number !== index + 1)
      return err({ place: `anchor ${index + 1}`, why: 'it is not the one that was signed here' });
    for (const [stream, number, hash] of anchor.heads) {
      const heads = streams.get(stream) ?? new Map<bigint, string>();
      streams.set(stream, heads.set(BigInt(number), hash));
    }
  }
  return ok({ count: lines.length, streams });
}
