import { createHash } from 'node:crypto';

/** Private, and neither what most other networks begin with nor what Docker uses. */
export const NETWORK = '10.88.0.0/16';

/** Of a segment: programs that call nobody or what is listed, the database, programs that call what users choose. */
export type SegmentTier = 'app' | 'data' | 'chosen';
export type SharedTier = 'edge' | 'exit' | 'firewall' | 'endpoints';

const SHARED: readonly SharedTier[] = ['edge', 'exit', 'firewall', 'endpoints'];
const OF_SEGMENT: readonly SegmentTier[] = ['app', 'data', 'chosen'];
const ZONES = 4;
const SEGMENTS = 19;

export function sharedRange(tier: SharedTier, zone: number): string {
  return range(SHARED.indexOf(tier), zone);
}

export function segmentRange(segment: string, tier: SegmentTier, zone: number): string {
  const place = SHARED.length + placeOf(segment) * OF_SEGMENT.length + OF_SEGMENT.indexOf(tier);
  return range(place, zone);
}

/** @throws an Error where two segments would have the same addresses: one of them needs another name */
export function requireRoom(segments: readonly string[]): void {
  const places = segments.map(placeOf);
  const index = places.findIndex((place, at) => places.indexOf(place) !== at);
  if (index !== -1)
    throw new Error(`Give the segment ${segments[index]} another name: its addresses are taken.`);
}

// By its name and not by its turn: one more module would otherwise move the databases of those behind it.
function placeOf(segment: string): number {
  if (segment === 'app') return 0;
  const [first = 0, second = 0] = createHash('sha256').update(segment).digest();
  return 1 + ((first * 256 + second) % SEGMENTS);
}

function range(place: number, zone: number): string {
  return `10.88.${place * ZONES + zone}.0/24`;
}
