import type { TenantTx } from '@app/platform/database/database';
import type { Authorized } from '@app/platform/http/access';
import { entityText, recordChange } from '@app/platform/http/access';
import { Refusal } from '@app/platform/http/problems';
import type { Note, NoteDraft, NoteId, Page, PageQuery } from './schemas.ts';
import type { NoteRow, Position } from './store.ts';
import * as store from './store.ts';

const TYPE = 'Notes::Note';

// Where a list is read or a note is made: the caller's own tenant, never one that a request names.
export async function ownTenant({ caller }: TenantTx) {
  return { type: 'App::Tenant', id: caller.tenant, attributes: {} };
}

export async function namedNote(tx: TenantTx, { params }: { params: NoteId }) {
  const note = await store.findNote(tx, params.id);
  if (!note) return undefined;
  const attributes = { owner: note.owner, tenant: tx.caller.tenant };
  return { type: TYPE, id: note.id, attributes, note };
}

export async function listNotes(by: Authorized, { limit, before }: PageQuery): Promise<Page> {
  // One more than asked for tells whether there is a next page.
  const rows = await store.listNotes(by.tx, limit + 1, before ? positionOf(before) : undefined);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { notes: page.map(noteOf), next: last && rows.length > limit ? cursorOf(last) : null };
}

export async function createNote(by: Authorized, draft: NoteDraft): Promise<Note> {
  return changed(by, await store.insertNote(by.tx, draft));
}

export async function updateNote(by: Authorized, { id }: NoteId, draft: NoteDraft): Promise<Note> {
  return changed(by, await store.updateNote(by.tx, id, draft));
}

export async function deleteNote(by: Authorized, { id }: NoteId): Promise<void> {
  await changed(by, await store.deleteNote(by.tx, id));
}

// What the note says is the owner's business: the trail names the note and not its text. (OBS-1)
async function changed(by: Authorized, row: NoteRow | undefined): Promise<Note> {
  const note = noteOf(found(row));
  await recordChange(by, entityText(TYPE, note.id));
  return note;
}

function found(row: NoteRow | undefined): NoteRow {
  if (!row) throw new Refusal('not-found', 'The note is gone since it was authorized.');
  return row;
}

export function noteOf({ id, title, body, created_at, updated_at }: NoteRow): Note {
  return {
    id,
    title,
    body,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  };
}

function cursorOf({ created_at, id }: NoteRow): string {
  return `${created_at.getTime()}_${id}`;
}

function positionOf(cursor: string): Position {
  const [milliseconds = '', id = ''] = cursor.split('_');
  return { createdAt: new Date(Number(milliseconds)), id };
}
