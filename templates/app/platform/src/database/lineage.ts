import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Static, TProperties } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** The class of a column, by the damage if its data leaks. */
export const CLASSES = ['public', 'internal', 'personal', 'secret', 'payment'] as const;

/** Article 6(1) of the GDPR, from a to f. */
const LAWFUL_BASES = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const;

/**
 * Where data goes besides its table. Also possible: another table, a host of `security/egress/`, the variable of a
 * receiver.
 */
export const PLACES = ['answer', 'command', 'log', 'audit-trail', 'anchors', 'backup'] as const;

const sentence = Type.String({ minLength: 1, maxLength: 200 });
const Name = Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' });
const Class = Type.Enum(CLASSES);
const LawfulBasis = Type.Enum(LAWFUL_BASES);
const Flows = Type.Record(Type.String({ pattern: '^[A-Za-z0-9._-]{1,253}$' }), sentence, {
  additionalProperties: false,
  minProperties: 1,
});

// A retention names the constant that enforces it. Without one it would be a wish.
const constant = Type.String({
  pattern: '^(platform|services)/[a-zA-Z0-9/.-]+[.]ts#[A-Z][A-Z0-9_]*$',
});
const length = Type.Integer({ minimum: 1 });
const Retention = Type.Union([
  strict({ days: length, after: sentence, constant }),
  strict({ hours: length, after: sentence, constant }),
  // A retention without a length ends with an event, or never.
  strict({ until: sentence }),
]);

const Column = Type.Union([
  Class,
  // Only the members that differ from the table's.
  strict({
    class: Class,
    source: Type.Optional(sentence),
    purpose: Type.Optional(sentence),
    lawfulBasis: Type.Optional(LawfulBasis),
    flows: Type.Optional(Flows),
  }),
]);

const Table = strict({
  table: Name,
  source: sentence,
  purpose: sentence,
  lawfulBasis: Type.Optional(LawfulBasis),
  retention: Retention,
  flows: Flows,
  columns: Type.Record(Name, Column, { additionalProperties: false, minProperties: 1 }),
});

const Shard = strict({
  module: Type.String({ pattern: '^[a-z][a-z0-9-]{0,60}$' }),
  tables: Type.Array(Table, { minItems: 1 }),
});
export type LineageShard = Static<typeof Shard>;
export type LineageTable = Static<typeof Table>;

export interface LineageColumn extends Omit<LineageTable, 'table' | 'columns'> {
  readonly name: string;
  readonly class: (typeof CLASSES)[number];
}

/**
 * Reads what each module says about its tables. Refuses a shard with an unknown member, because its author meant
 * something by it. (HOOK-7)
 *
 * @throws an Error of one sentence that names the file and the place in it
 */
export function readLineage(folder: URL): LineageShard[] {
  const path = fileURLToPath(folder);
  return globSync('*.json', { cwd: path })
    .toSorted()
    .map((file) => {
      const shard: unknown = JSON.parse(readFileSync(`${path}${file}`, 'utf8'));
      if (!Value.Check(Shard, shard)) throw unclear(file, placeIn(shard));
      if (`${shard.module}.json` !== file) throw unclear(file, 'module');
      return shard;
    });
}

/** The columns of a table, each with the table's members unless the column overrides them. */
export function columnsOf({ table: _table, columns, ...common }: LineageTable): LineageColumn[] {
  return Object.entries(columns).map(([name, own]) => ({
    ...common,
    ...(typeof own === 'string' ? { class: own } : own),
    name,
  }));
}

function strict<Shape extends TProperties>(shape: Shape) {
  return Type.Object(shape, { additionalProperties: false });
}

function placeIn(shard: unknown): string {
  const [first] = Value.Errors(Shard, shard);
  return first?.instancePath.slice(1) || 'its members';
}

function unclear(file: string, what: string): Error {
  return new Error(`security/lineage/${file} is not a lineage shard: look at ${what}.`);
}
