import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Place } from './anchors.ts';
import type { Head, Seal } from './chain.ts';
import {
  AUDIT_KEY,
  eventsOf,
  firstUnsealed,
  genesis,
  lastPurge,
  sealsAfter,
  statement,
  storedStreams,
} from './chain.ts';
import type { Sealing } from './seal.ts';
import type { Accepted, Anchored, AnchoredHeads, Broken, Link } from './verify-seals.ts';
import { checkSeal, readAnchors } from './verify-seals.ts';

// Limits a transaction: the embedded database has one session, and the service needs it too.
const SEALS_A_READ = 50;

// The sealer runs every few seconds. An older event without a seal was kept from the sealer.
const SEALED_WITHIN_MS = 60_000;

interface Counts {
  readonly streams: number;
  readonly seals: number;
  readonly events: number;
  readonly anchors: number;
}

export interface TrailReport extends Counts {
  readonly accepted: readonly Accepted[];
}

interface WalkedTrail {
  readonly counts: Counts;
  readonly turned: readonly Turned[];
}

interface Turned {
  readonly place: string;
  readonly seal: Place;
}

/**
 * Finds an event or seal that was edited, removed, inserted, moved or cut off at the end. It trusts the key store and
 * the anchors, and nothing in the database. (OBS-1)
 */
export async function verifyTrail(
  sealing: Sealing,
  tenant?: string,
  now = new Date(),
): Promise<Result<TrailReport, Broken>> {
  const anchored = await readAnchors(sealing.keys, await sealing.anchors.lines());
  if (!anchored.ok) return anchored;
  const settled = new Date(now.getTime() - SEALED_WITHIN_MS);
  const trail = await walkTrail(sealing, anchored.value, settled, tenant);
  if (!trail.ok) return trail;
  const [turned] = unaccepted(trail.value.turned, anchored.value);
  if (turned) return broken(turned.place, 'the clock was turned');
  const accepted = anchored.value.accepted.filter(
    ({ places }) => tenant === undefined || places.some(([stream]) => stream === tenant),
  );
  return ok({ ...trail.value.counts, accepted });
}

/**
 * Fails until an operator accepts it, although the chain is intact: an attacker with a rotated signing key has to date
 * back what they forge. (OBS-1)
 */
export function unaccepted(turned: readonly Turned[], { accepted }: Anchored): readonly Turned[] {
  const known = new Set(
    accepted.filter(({ of }) => of === 'clock').flatMap(({ places }) => places.map(String)),
  );
  return turned.filter(({ seal }) => !known.has(String(seal)));
}

/** Checks everything but the clocks. It lists where the time goes back, and the caller decides. */
export async function walkTrail(
  sealing: Sealing,
  anchored: Anchored,
  settled: Date,
  tenant?: string,
): Promise<Result<WalkedTrail, Broken>> {
  const stored = await read(sealing, storedStreams);
  const all = [...new Set([...stored, ...anchored.streams.keys()])].toSorted();
  const streams = tenant === undefined ? all : all.filter((stream) => stream === tenant);

  const counts = { streams: streams.length, seals: 0, events: 0, anchors: anchored.count };
  const turned: Turned[] = [];
  for (const stream of streams) {
    const heads = anchored.streams.get(stream) ?? new Map<bigint, string>();
    const checked = await verifyStream(sealing, stream, heads, settled);
    if (!checked.ok) return checked;
    counts.seals += checked.value.seals;
    counts.events += checked.value.events;
    turned.push(...checked.value.turned);
  }
  const missed = await read(sealing, (tx) => firstUnsealed(tx, tenant, settled));
  if (missed === undefined) return ok({ counts, turned });
  const why = missed.waits ? 'it waits for a service that seals' : 'it was kept from being sealed';
  return broken(`event ${missed.id}`, why);
}

async function verifyStream(
  sealing: Sealing,
  stream: string,
  heads: AnchoredHeads,
  settled: Date,
): Promise<Result<{ seals: number; events: number; turned: readonly Turned[] }, Broken>> {
  const base = await baseOf(sealing, stream);
  if (!base.ok) return base;
  const count = { seals: 0, events: 0, turned: [] as Turned[] };
  let link: Link = base.value;
  if (!isAnchored(link, heads)) return broken(nameOf(link), 'its anchor says otherwise');
  for (;;) {
    const last = link;
    const { seals, events } = await read(sealing, async (tx) => {
      const next = await sealsAfter(tx, stream, last.number, SEALS_A_READ);
      return { seals: next, events: await eventsOf(tx, next) };
    });
    for (const seal of seals) {
      const checked = await checkSeal(sealing.keys, link, seal, events);
      if (!checked.ok) return checked;
      if (!isAnchored(seal, heads)) return broken(nameOf(seal), 'its anchor says otherwise');
      link = checked.value;
      if (link.turned !== undefined) count.turned.push({ place: link.turned, seal: placeOf(seal) });
      count.seals += 1;
      count.events += seal.eventIds.length;
    }
    if (seals.length < SEALS_A_READ) break;
  }
  const end = checkEnd(link, heads, settled);
  return end ?? ok(count);
}

// The first seal follows the hash of the stream's name. After a purge, the next seal follows the signed purge.
async function baseOf(sealing: Sealing, stream: string): Promise<Result<Link, Broken>> {
  const purge = await read(sealing, (tx) => lastPurge(tx, stream));
  if (purge === undefined) return ok({ stream, number: 0n, hash: genesis(stream) });
  const { number, hash, purgedAt } = purge;
  const signed = statement('purge', purge);
  if (await sealing.keys.verify(AUDIT_KEY, signed, purge, purgedAt))
    return ok({ stream, number, hash });
  return broken(`stream "${stream}", purge up to seal ${number}`, 'the key store did not sign it');
}

function isAnchored({ number, hash }: Head, heads: AnchoredHeads): boolean {
  return (heads.get(number) ?? hash.toString('hex')) === hash.toString('hex');
}

function checkEnd(link: Link, heads: AnchoredHeads, settled: Date) {
  const highest = [...heads.keys()].reduce((most, number) => (number > most ? number : most), 0n);
  if (highest > link.number)
    return broken(nameOf(link), `the chain ends here and was anchored up to seal ${highest}`);
  if (highest < link.number && link.sealedAt && link.sealedAt < settled)
    return broken(nameOf(link), 'it has no anchor');
  return undefined;
}

function placeOf({ stream, number, hash }: Head): Place {
  return [stream, String(number), hash.toString('hex')];
}

function nameOf({ stream, number }: Pick<Seal, 'stream' | 'number'>): string {
  return `stream "${stream}", seal ${number}`;
}

function broken(place: string, why: string) {
  return err({ place, why });
}

function read<T>(
  { database }: Sealing,
  work: Parameters<typeof database.operatorTransaction<T>>[1],
) {
  return database.operatorTransaction('verify the audit trail', work);
}
