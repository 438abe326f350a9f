import type { Facts } from '../../../src/define-generator.ts';
import { type Built, query, ts } from '../../../src/render/typed-builders.ts';
import type { Field } from '../fields.ts';
import { type Entity, bracketed, entityOf, filled } from './entity.ts';

/** store.ts: all SQL. */
export function store(facts: Facts): Built {
  const entity = entityOf(facts);
  const { table } = entity;
  return ts`
import { sql } from 'kysely';
import type { TenantTx } from '@app/platform/database/database';
import type { Row } from './rows.ts';
import type { Draft } from './schemas.ts';

export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

// Each statement names the tenant, and each that lists or changes names the owner: neither is left to the policies
// alone. (AUTHZ-1)
const columns = sql${columns(entity)};

export async function find({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<Row>${query`
    select ${ts`columns`} from ${table}
    where id = ${ts`id`} and tenant = ${ts`caller.tenant`}
  `}.execute(db);
  return rows[0];
}

export async function list(
  { sql: db, caller }: TenantTx,
  limit: number,
  before: Position | undefined,
) {
  const after = before
    ? sql${query`and (created_at, id) < (${ts`before.createdAt`}, ${ts`before.id`}::uuid)`}
    : sql${query``};
  const { rows } = await sql<Row>${query`
    select ${ts`columns`} from ${table}
    where tenant = ${ts`caller.tenant`} and owner = ${ts`caller.subject`} ${ts`after`}
    order by created_at desc, id desc
    limit ${ts`limit`}
  `}.execute(db);
  return rows;
}

export async function insert({ sql: db, caller }: TenantTx, draft: Draft) {
  const { rows } = await sql<Row>${insertion(entity)}.execute(db);
  return rows[0];
}

export async function update({ sql: db, caller }: TenantTx, id: string, draft: Draft) {
  const { rows } = await sql<Row>${query`
    update ${table}
    set ${assignments(entity)}
    where id = ${ts`id`} and tenant = ${ts`caller.tenant`} and owner = ${ts`caller.subject`}
    returning ${ts`columns`}
  `}.execute(db);
  return rows[0];
}

export async function remove({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<Row>${query`
    delete from ${table}
    where id = ${ts`id`} and tenant = ${ts`caller.tenant`} and owner = ${ts`caller.subject`}
    returning ${ts`columns`}
  `}.execute(db);
  return rows[0];
}
`;
}

function columns({ fields }: Entity): Built {
  const all = [
    query`id`,
    query`owner`,
    ...fields.map(({ column }) => query`${column}`),
    query`created_at`,
    query`updated_at`,
  ];
  const start = 'const columns = sql`'.length;
  const flat = filled(query, all, { start, indent: 2, room: '`;'.length });
  if (!flat.text.includes('\n')) return flat;
  return query`\n  ${filled(query, all, { start: 2, indent: 2 })}\n`;
}

function insertion({ table, fields }: Entity): Built {
  const names = [query`tenant`, query`owner`, ...fields.map(({ column }) => query`${column}`)];
  const values = [
    query`${ts`caller.tenant`}`,
    query`${ts`caller.subject`}`,
    ...fields.map((field) => query`${valueOf(field)}`),
  ];
  const start = `    insert into ${table.identifier} `.length;
  return query`
    insert into ${table} ${bracketed(query, names, start, 4)}
    values ${bracketed(query, values, '    values '.length, 4)}
    returning ${ts`columns`}
  `;
}

function assignments({ fields }: Entity): Built {
  const each = fields.map((field) => query`${field.column} = ${valueOf(field)}`);
  return filled(query, [...each, query`updated_at = now()`], {
    start: '    set '.length,
    indent: 6,
  });
}

function valueOf({ member, optional }: Field): Built {
  return optional ? ts`draft.${member} ?? null` : ts`draft.${member}`;
}
