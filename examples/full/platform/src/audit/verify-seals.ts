import type { KeyStore } from '../keys/keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Acceptance, Place } from './anchors.ts';
import { readAnchor } from './anchors.ts';
import type { Head, Seal, StoredEvent } from './chain.ts';
import { AUDIT_KEY, sealHash, statement } from './chain.ts';

// A clock correction is a matter of seconds. A larger step means that a clock was set to move events in time.
const CLOCK_TOLERANCE_MS = 5 * 60_000;

export interface Broken {
  readonly place: string;
  readonly why: string;
}

/** The last seal that verified, or the start of the stream. */
export interface Link extends Head {
  readonly sealedAt?: Date;
  readonly latest?: Date;
  /** Where the time goes back. The chain itself is intact, so this is judged separately. */
  readonly turned?: string;
}

export async function checkSeal(
  keys: KeyStore,
  before: Link,
  seal: Seal,
  stored: ReadonlyMap<bigint, StoredEvent>,
): Promise<Result<Link, Broken>> {
  const { stream, number, hash, sealedAt } = seal;
  const place = `stream "${stream}", seal ${number}`;
  const broken = (why: string) => err({ place, why });

  if (number !== before.number + 1n) return broken(`seal ${before.number + 1n} is missing`);
  if (!seal.previousHash.equals(before.hash)) return broken('it does not follow the seal before');
  const events: StoredEvent[] = [];
  for (const id of seal.eventIds) {
    const event = stored.get(id);
    const why = event ? problemOf(event, stream) : 'it is missing';
    if (why !== undefined) return err({ place: `${place}, event ${id}`, why });
    if (event) events.push(event);
  }
  if (!sealHash(seal, events).equals(hash)) return broken('its events are not those it sealed');
  if (!(await keys.verify(AUDIT_KEY, statement('seal', seal), seal, sealedAt)))
    return broken('the key store did not sign it');

  const latest = events.map(({ recordedAt }) => recordedAt).reduce(later);
  const early = events.find(({ recordedAt }) => isTurned(recordedAt, before, sealedAt));
  const turned = early ? `${place}, event ${early.id}` : place;
  const isEarly = early !== undefined || isBefore(sealedAt, before.sealedAt);
  return ok({ stream, number, hash, sealedAt, latest, ...(isEarly && { turned }) });
}

function problemOf(event: StoredEvent, stream: string): string | undefined {
  if (event.stream !== stream) return 'it belongs to another stream';
  return event.digest.equals(event.storedDigest) ? undefined : 'it was edited';
}

function isTurned(recordedAt: Date, { latest }: Link, sealedAt: Date): boolean {
  return isBefore(recordedAt, latest) || isBefore(sealedAt, recordedAt);
}

function isBefore(instant: Date, other: Date | undefined): boolean {
  return other !== undefined && instant.getTime() < other.getTime() - CLOCK_TOLERANCE_MS;
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}

/** The anchored seals of one stream by number, the oldest first, with their hashes. */
export type AnchoredHeads = ReadonlyMap<bigint, string>;

type AnchoredStreams = ReadonlyMap<string, AnchoredHeads>;

export interface Accepted extends Acceptance {
  readonly at: string;
}

export interface Anchored {
  readonly count: number;
  readonly streams: AnchoredStreams;
  readonly accepted: readonly Accepted[];
}

const NONE = 0n;

/** Each line must be signed and follow the previous one, so that an old line cannot be replayed. */
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
      // A stream only grows: an older seal that is anchored again replaced one that was cut off.
      if (number <= (newest.get(stream) ?? NONE)) continue;
      const heads = streams.get(stream) ?? new Map<bigint, string>();
      streams.set(stream, heads.set(number, hash));
      newest.set(stream, number);
    }
  }
  return ok({ count: lines.length, streams, accepted });
}

/** The anchored seals without the lost ones, so that a cut before or after the loss is still found. */
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
