import type { KeyStore } from '../keys.ts';
import type { Result } from '../result.ts';
import type { Head, Seal } from './chain.ts';
import type { StoredEvent } from './stored.ts';
import { err, ok } from '../result.ts';
import { AUDIT_KEY, sealHash, statement } from './chain.ts';

// Clocks are set by seconds. More than this is a clock that was turned to move events in time.
const CLOCK_TOLERANCE_MS = 5 * 60_000;

export interface Broken {
  readonly place: string;
  readonly why: string;
}

/** The last seal that was found sound, or what the first one follows. */
export interface Link extends Head {
  readonly sealedAt?: Date;
  readonly latest?: Date;
  /** The place where a time goes back: that is no change of the trail, and is judged apart. */
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
