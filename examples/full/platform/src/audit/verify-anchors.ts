import type { KeyStore } from '../keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Acceptance, Place } from './anchor.ts';
import type { Broken } from './verify-seal.ts';
import { readAnchor } from './anchor.ts';

/** Of one stream: the number of a seal, and the hash that it was anchored with. The oldest first. */
export type AnchoredHeads = ReadonlyMap<bigint, string>;

export type AnchoredStreams = ReadonlyMap<string, AnchoredHeads>;

export interface Accepted extends Acceptance {
  readonly at: string;
}

export interface Anchored {
  readonly count: number;
  readonly streams: AnchoredStreams;
  readonly accepted: readonly Accepted[];
}

const NONE = 0n;

/** Every line signed and following the one before, so that no old one is played again. */
export async function readAnchors(
  keys: KeyStore,
  lines: readonly string[],
): Promise<Result<Anchored, Broken>> {
  let streams = new Map<string, Map<bigint, string>>();
  const newest = new Map<string, bigint>();
  const accepted: Accepted[] = [];
  for (const [index, line] of lines.entries()) {
    const anchor = await readAnchor(keys, line, lines[index - 1]);
    if (anchor?.number !== index + 1)
      return err({ place: `anchor ${index + 1}`, why: 'it is not the one that was signed here' });
    if (anchor.accepted) accepted.push({ ...anchor.accepted, at: anchor.at });
    if (anchor.accepted?.of === 'loss') {
      streams = withoutLost(streams, anchor.accepted.places);
      for (const [stream, kept] of anchor.accepted.places) newest.set(stream, BigInt(kept));
    }
    for (const [stream, seal, hash] of anchor.heads) {
      const number = BigInt(seal);
      // A stream only grows: an older seal that is anchored again has taken the place of one that was cut off.
      if (number <= (newest.get(stream) ?? NONE)) continue;
      const heads = streams.get(stream) ?? new Map<bigint, string>();
      streams.set(stream, heads.set(number, hash));
      newest.set(stream, number);
    }
  }
  return ok({ count: lines.length, streams, accepted });
}

/** What is anchored apart from the seals that are lost, so that a cut before or after them is found. */
export function withoutLost(
  streams: AnchoredStreams,
  lost: readonly Place[],
): Map<string, Map<bigint, string>> {
  const kept = new Map(lost.map(([stream, number]) => [stream, BigInt(number)]));
  const remaining = new Map<string, Map<bigint, string>>();
  for (const [stream, heads] of streams) {
    const last = kept.get(stream);
    const left = [...heads].filter(([number]) => last === undefined || number <= last);
    remaining.set(stream, new Map(left));
  }
  return remaining;
}
