import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Static, TProperties } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** What a column holds, by what it would cost somebody if it got out. */
export const CLASSES = ['public', 'internal', 'personal', 'secret', 'payment'] as const;

/** Article 6(1) of the GDPR, from a to f. */
export const LAWFUL_BASES = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const;

/** Where data goes beside its table; also another table, a host of `security/egress/`, a receiver by its variable. */
export const PLACES = ['answer', 'command', 'log', 'audit-trail', 'anchors', 'backup'] as const;

const sentence = Type.String({ minLength: 1, maxLength: 200 });
const Name = Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' });
const Class = Type.Enum(CLASSES);
const LawfulBasis = Type.Enum(LAWFUL_BASES);
const Flows = Type.Record(Type.String({ pattern: '^[A-Za-z0-9._-]{1,253}$' }), sentence, {
  additionalProperties: false,
  minProperties: 1,
});

// A number of days is held by code, or it is a wish: it names the constant that holds it.
const constant = Type.String({
  pattern: '^(platform|services)/[a-zA-Z0-9/.-]+[.]ts#[A-Z][A-Z0-9_]*$',
});
const length = Type.Integer({ minimum: 1 });
const Retention = Type.Union([
  strict({ days: length, after: sentence, constant }),
  strict({ hours: length, after: sentence, constant }),
  // What has no length ends with something that happens, or never does.
  strict({ until: sentence }),
]);

const Column = Type.Union([
  Class,
  // Where it differs from its table.
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
 * What every module says about its tables. A shard with a member that has no meaning is refused: it was meant to say
 * something, and would not. (HOOK-7)
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

/** Each column with what its table says, unless it says otherwise itself. */
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
