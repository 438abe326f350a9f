import type { LineageColumn, LineageShard, LineageTable } from '@app/platform/database/lineage';
import { columnsOf, PLACES } from '@app/platform/database/lineage';

export interface Project {
  // By table, as the migrated database has them: whose migration made it, and its columns.
  readonly tables: ReadonlyMap<string, { module: string; columns: readonly string[] }>;
  // What data may leave for: hosts of security/egress/, and variables that name a receiver.
  readonly others: ReadonlySet<string>;
  // By file and name, such as platform/src/sessions/sessions.ts#SESSION_KEPT_HOURS.
  readonly constants: ReadonlyMap<string, number>;
}

interface Entry extends LineageTable {
  readonly file: string;
}

const UNIT = { DAYS: 'days', HOURS: 'hours' } as const;

/** Where the registry is not what the project is, each with the way out. (HOOK-7) */
export function lineageProblems(shards: readonly LineageShard[], project: Project): string[] {
  const entries = shards.flatMap(({ module, tables }) =>
    tables.map((table) => ({ ...table, file: shardOf(module) })),
  );
  return [
    ...undescribed(entries, project),
    ...entries.flatMap((entry, index) => [
      ...misplaced(entry, entries.slice(0, index), project),
      ...missingColumns(entry, project),
      ...wrongLength(entry, project),
      ...columnsOf(entry).flatMap((column) => columnProblems(entry, column, project, entries)),
    ]),
    ...unclaimedConstants(entries, project),
  ];
}

function undescribed(entries: readonly Entry[], { tables }: Project): string[] {
  return [...tables]
    .filter(([name]) => !entries.some(({ table }) => table === name))
    .map(([name, { module }]) => `${name} is in no shard: describe it in ${shardOf(module)}.`);
}

function misplaced(
  { table, file }: Entry,
  before: readonly Entry[],
  { tables }: Project,
): string[] {
  const found = tables.get(table);
  if (!found) return [`${file} describes ${table}, which is gone: take it out.`];
  const own = shardOf(found.module);
  if (file !== own) return [`${file} describes ${table}, which is not its own: move it to ${own}.`];
  return before.some((other) => other.table === table)
    ? [`${file} describes ${table} twice: keep one.`]
    : [];
}

function missingColumns({ table, file, columns }: Entry, { tables }: Project): string[] {
  const found = tables.get(table);
  if (!found) return [];
  const missing = found.columns.filter((name) => !Object.hasOwn(columns, name));
  const gone = Object.keys(columns).filter((name) => !found.columns.includes(name));
  return [
    ...missing.map((name) => `${table}.${name} has no class: give it one in ${file}.`),
    ...gone.map((name) => `${table}.${name} is gone: take it out of ${file}.`),
  ];
}

function wrongLength({ table, file, retention }: Entry, { constants }: Project): string[] {
  if (!('constant' in retention)) return [];
  const { constant } = retention;
  const unit = UNIT[constant.split('_').at(-1) as keyof typeof UNIT];
  const said = (retention as { readonly [unit: string]: unknown })[unit];
  const held = constants.get(constant);
  if (held === undefined)
    return [
      `${table} is kept as long as ${constant}, which is no such number: name it in ${file}.`,
    ];
  return said === held
    ? []
    : [`${table} is kept for ${held} ${unit} by ${constant}: say so in ${file}.`];
}

function columnProblems(
  { table, file }: Entry,
  { name, class: kind, lawfulBasis, flows }: LineageColumn,
  { others }: Project,
  entries: readonly Entry[],
): string[] {
  const tables = entries.map((entry) => entry.table);
  const known = new Set<string>([...PLACES, ...others, ...tables]);
  const places = Object.keys(flows);
  const unknown = places.filter((place) => !known.has(place));
  const noBasis = kind === 'personal' && lawfulBasis === undefined;
  const leak = kind === 'secret' && places.some((place) => place !== 'backup');
  return [
    ...unknown.map(
      (place) => `${table}.${name} goes to ${place}: list it in security/egress/, or mend ${file}.`,
    ),
    ...(noBasis ? [`${table}.${name} is personal: name its lawful basis in ${file}.`] : []),
    ...(leak
      ? [`${table}.${name} is secret, and goes elsewhere than a backup: say where in ${file}.`]
      : []),
  ];
}

function unclaimedConstants(entries: readonly Entry[], { constants }: Project): string[] {
  const named = new Set(
    entries.flatMap(({ retention }) => ('constant' in retention ? [retention.constant] : [])),
  );
  return [...constants.keys()]
    .filter((constant) => !named.has(constant))
    .map((constant) => `${constant} is the retention of no table: name it in a shard.`);
}

function shardOf(module: string): string {
  return `security/lineage/${module}.json`;
}
