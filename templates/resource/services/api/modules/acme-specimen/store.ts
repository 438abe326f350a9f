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
const columns = sql`id, owner, title, created_at, updated_at`;

export async function find({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<Row>`
    select ${columns} from acme_specimen
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
    select ${columns} from acme_specimen
    where tenant = ${caller.tenant} and owner = ${caller.subject} ${after}
    order by created_at desc, id desc
    limit ${limit}
  `.execute(db);
  return rows;
}

export async function insert({ sql: db, caller }: TenantTx, draft: Draft) {
  const { rows } = await sql<Row>`
    insert into acme_specimen (tenant, owner, title)
    values (${caller.tenant}, ${caller.subject}, ${draft.title})
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function update({ sql: db, caller }: TenantTx, id: string, draft: Draft) {
  const { rows } = await sql<Row>`
    update acme_specimen
    set title = ${draft.title}, updated_at = now()
    where id = ${id} and tenant = ${caller.tenant} and owner = ${caller.subject}
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function remove({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<Row>`
    delete from acme_specimen
    where id = ${id} and tenant = ${caller.tenant} and owner = ${caller.subject}
    returning ${columns}
  `.execute(db);
  return rows[0];
}
