import { sql } from 'kysely';
import type { TenantTx } from '@app/platform/database/database';
import type { NoteDraft } from './schemas.ts';

export interface NoteRow {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  readonly body: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

const columns = sql`id, owner, title, body, created_at, updated_at`;

export async function findNote({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<NoteRow>`
    select ${columns} from note where id = ${id} and tenant = ${caller.tenant}
  `.execute(db);
  return rows[0];
}

export async function listNotes(
  { sql: db, caller }: TenantTx,
  limit: number,
  before: Position | undefined,
) {
  const after = before
    ? sql`and (created_at, id) < (${before.createdAt}, ${before.id}::uuid)`
    : sql``;
  const { rows } = await sql<NoteRow>`
    select ${columns} from note
    where tenant = ${caller.tenant} and owner = ${caller.subject} ${after}
    order by created_at desc, id desc
    limit ${limit}
  `.execute(db);
  return rows;
}

export async function insertNote({ sql: db, caller }: TenantTx, { title, body }: NoteDraft) {
  const { rows } = await sql<NoteRow>`
    insert into note (tenant, owner, title, body)
    values (${caller.tenant}, ${caller.subject}, ${title}, ${body})
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function updateNote(
  { sql: db, caller }: TenantTx,
  id: string,
  { title, body }: NoteDraft,
) {
  const { rows } = await sql<NoteRow>`
    update note set title = ${title}, body = ${body}, updated_at = now()
    where id = ${id} and tenant = ${caller.tenant} and owner = ${caller.subject}
    returning ${columns}
  `.execute(db);
  return rows[0];
}

export async function deleteNote({ sql: db, caller }: TenantTx, id: string) {
  const { rows } = await sql<NoteRow>`
    delete from note
    where id = ${id} and tenant = ${caller.tenant} and owner = ${caller.subject}
    returning ${columns}
  `.execute(db);
  return rows[0];
}
