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
const columns = sql`
  id, owner, a_text, maybe_text, a_integer, maybe_integer, a_boolean, maybe_boolean, a_timestamp,
  maybe_timestamp, a_uuid, maybe_uuid, created_at, updated_at
`;

export async function find({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<Row>`
    select ${columns} from purchase_order
    where id = ${id} and tenant = ${caller.tenant}
  `.execute(db);
  return rows[0];
}

export async function list(
  { sql: db, caller }: TenantTx,
  limit: number,
  before: Position | undefined,
) {
  const after = before
    ? sql`and (created_at, id) < (${before.createdAt}, ${before.id}::uuid)`
    : sql``;
  const { rows } = await sql<Row>`
    select ${columns} from purchase_order
    where tenant = ${caller.tenant} and owner = ${caller.subject} ${after}
    order by created_at desc, id desc
    limit ${limit}
  `.execute(db);
  return rows;
}

export async function insert({ sql: db, caller }: TenantTx, draft: Draft) {
  const { rows } = await sql<Row>`
    insert into purchase_order (
      tenant, owner, a_text, maybe_text, a_integer, maybe_integer, a_boolean, maybe_boolean,
      a_timestamp, maybe_timestamp, a_uuid, maybe_uuid
    )
    values (
      ${caller.tenant}, ${caller.subject}, ${draft.aText}, ${draft.maybeText ?? null},
      ${draft.aInteger}, ${draft.maybeInteger ?? null}, ${draft.aBoolean},
      ${draft.maybeBoolean ?? null}, ${draft.aTimestamp}, ${draft.maybeTimestamp ?? null},
      ${draft.aUuid}, ${draft.maybeUuid ?? null}
    )
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function update({ sql: db, caller }: TenantTx, id: string, draft: Draft) {
  const { rows } = await sql<Row>`
    update purchase_order
    set a_text = ${draft.aText}, maybe_text = ${draft.maybeText ?? null},
      a_integer = ${draft.aInteger}, maybe_integer = ${draft.maybeInteger ?? null},
      a_boolean = ${draft.aBoolean}, maybe_boolean = ${draft.maybeBoolean ?? null},
      a_timestamp = ${draft.aTimestamp}, maybe_timestamp = ${draft.maybeTimestamp ?? null},
      a_uuid = ${draft.aUuid}, maybe_uuid = ${draft.maybeUuid ?? null}, updated_at = now()
    where id = ${id} and tenant = ${caller.tenant} and owner = ${caller.subject}
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function remove({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<Row>`
    delete from purchase_order
    where id = ${id} and tenant = ${caller.tenant} and owner = ${caller.subject}
    returning ${columns}
  `.execute(db);
  return rows[0];
}
