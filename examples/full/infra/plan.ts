import type { Contribution, Program, Segment } from './contribution.ts';
import type { Hosts } from './hosts.ts';

/** What a program may call outside: nothing, unless its module's egress shard lists it. (HOOK-4) */
export interface WayOut {
  readonly ports: readonly number[];
  /** Users choose whom it calls: it stands in subnets of its own, so that nothing else has its way out. */
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
  /** Listed hosts that some program may call. */
  readonly hosts: readonly string[];
  readonly hasChosen: boolean;
  readonly chosenPorts: readonly number[];
}

const APP: Segment = {
  id: 'app',
  why: 'The service, its worker and its commands share one database.',
};

/**
 * Who stands where and calls what, before anything is created.
 *
 * @throws an Error of one sentence about what does not fit together
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

// Commands and migrations call nobody but AWS, which takes mail outside of the network: a way out is for what runs always.
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

// A module runs within the programs of `app`, unless it brings its own.
function segmentsOf(module: string, contributions: readonly Contribution[]): readonly string[] {
  const own = contributions.find((one) => one.module === module)?.programs ?? [];
  return own.length === 0 ? [APP.id] : own.map(({ segment }) => segment);
}

// Who calls what users choose is said twice, in the shard and by the module: one without the other opens nothing.
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
        `security/egress/${module}.json has chosen destinations, and infra/modules/${module}.ts does not say under callsChosen who calls them.`,
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
