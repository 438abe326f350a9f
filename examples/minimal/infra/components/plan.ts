import { createHash } from 'node:crypto';
import type { Contribution, Program, Segment } from './contribution.ts';
import type { Hosts } from './hosts.ts';

/** What a program may call outside the network: nothing, unless its module's egress shard lists it. (HOOK-4) */
interface WayOut {
  readonly ports: readonly number[];
  /** Users choose the hosts that it calls, so it runs in separate subnets and no other program shares their route. */
  readonly isChosen: boolean;
}

export interface PlannedProgram extends Program {
  readonly wayOut: WayOut;
}

export interface PlannedSegment extends Segment {
  readonly programs: readonly PlannedProgram[];
  readonly hasDatabase: boolean;
}

export interface Plan {
  readonly segments: readonly PlannedSegment[];
  readonly programs: readonly PlannedProgram[];
  /** The listed hosts of all modules. */
  readonly hosts: readonly string[];
  readonly hasChosen: boolean;
  readonly chosenPorts: readonly number[];
}

const APP: Segment = {
  id: 'app',
  why: 'The service, its worker and its commands share one database.',
};

/**
 * Segments, programs and their egress, before any resource exists.
 *
 * @throws an Error that names the contribution that does not fit
 */
export function planOf(contributions: readonly Contribution[], hosts: Hosts): Plan {
  const declared = contributions.flatMap(({ programs = [] }) => programs);
  const ids = declared.map(({ id }) => id);
  refuseTwice(ids, 'program');
  const segments = [APP, ...contributions.flatMap((one) => one.segments ?? [])];
  refuseTwice(
    segments.map(({ id }) => id),
    'segment',
  );
  requireKnown(
    declared.map(({ segment }) => segment),
    segments.map(({ id }) => id),
    'segment',
  );
  requireKnown(
    declared.flatMap(({ listens }) => listens?.from ?? []),
    ids,
    'program',
  );
  refuseUnclaimed(contributions, hosts, ids);
  const programs = declared.map((program) => ({
    ...program,
    wayOut: wayOutOf(program, contributions, hosts),
  }));
  return {
    programs,
    segments: segments.map((segment) => {
      const own = programs.filter((program) => program.segment === segment.id);
      return { ...segment, programs: own, hasDatabase: own.some(needsDatabase) };
    }),
    hosts: [...new Set(hosts.public.map(({ host }) => host))].toSorted(),
    hasChosen: hosts.chosen.length > 0,
    chosenPorts: sorted(hosts.chosen.flatMap(({ ports }) => ports)),
  };
}

export function needsDatabase({ login, asMaster }: Program): boolean {
  return login !== undefined || asMaster === true;
}

// Tasks call AWS only, through endpoints in the network. Mail is the exception: SES has no endpoint there.
function wayOutOf(program: Program, contributions: readonly Contribution[], hosts: Hosts): WayOut {
  if (program.kind === 'task')
    return { ports: sendsMail(program, contributions) ? [443] : [], isChosen: false };
  const listed = hosts.public.filter(({ module }) =>
    segmentsOf(module, contributions).includes(program.segment),
  );
  const chosen = hosts.chosen.filter(({ module }) =>
    contributions.some(
      (one) => one.module === module && (one.callsChosen ?? []).includes(program.id),
    ),
  );
  const ports = [...listed, ...chosen].flatMap((entry) => entry.ports);
  return { ports: sorted(ports), isChosen: chosen.length > 0 };
}

function sendsMail({ id }: Program, contributions: readonly Contribution[]): boolean {
  return contributions
    .flatMap(({ grants = [] }) => grants)
    .some(({ role, target }) => role === id && target.kind === 'mail');
}

function sorted(ports: readonly number[]): readonly number[] {
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

// A module without programs runs in those of `app`.
function segmentsOf(module: string, contributions: readonly Contribution[]): readonly string[] {
  const own = contributions.find((one) => one.module === module)?.programs ?? [];
  return own.length === 0 ? [APP.id] : own.map(({ segment }) => segment);
}

// Egress to hosts that users choose needs both the shard and the module's `callsChosen`: one alone is an error.
function refuseUnclaimed(
  contributions: readonly Contribution[],
  { chosen }: Hosts,
  ids: readonly string[],
): void {
  const callers = contributions.flatMap((one) => one.callsChosen ?? []);
  requireKnown(callers, ids, 'program');
  for (const { module } of chosen) {
    const claimed = contributions.find((one) => one.module === module)?.callsChosen ?? [];
    if (claimed.length === 0)
      throw new Error(
        `security/egress/${module}.json has chosen destinations: name the programs that call them under callsChosen in infra/modules/${module}.ts.`,
      );
  }
  for (const { module, callsChosen = [] } of contributions)
    if (callsChosen.length > 0 && !chosen.some((entry) => entry.module === module))
      throw new Error(`security/egress/${module}.json lists nothing under chosen.`);
}

function refuseTwice(ids: readonly string[], what: string): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`Two modules have a ${what} named ${twice}.`);
}

function requireKnown(named: readonly string[], known: readonly string[], what: string): void {
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no ${what} named ${unknown}.`);
}

/** A private range that Docker and most other networks do not use. */
export const NETWORK = '10.88.0.0/16';

/** The tiers of a segment: programs, the database, and programs that call hosts that users choose. */
type SegmentTier = 'app' | 'data' | 'chosen';
type SharedTier = 'edge' | 'exit' | 'firewall' | 'endpoints';

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

/** @throws an Error if two segments would have the same addresses: one of them needs another name */
export function requireRoom(segments: readonly string[]): void {
  const places = segments.map(placeOf);
  const index = places.findIndex((place, at) => places.indexOf(place) !== at);
  if (index !== -1)
    throw new Error(`Give the segment ${segments[index]} another name: its addresses are taken.`);
}

// By name, not by position: otherwise a new module would move the databases of the modules after it.
function placeOf(segment: string): number {
  if (segment === 'app') return 0;
  const [first = 0, second = 0] = createHash('sha256').update(segment).digest();
  return 1 + ((first * 256 + second) % SEGMENTS);
}

function range(place: number, zone: number): string {
  return `10.88.${place * ZONES + zone}.0/24`;
}
