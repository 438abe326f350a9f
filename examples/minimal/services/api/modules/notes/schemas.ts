import type { Static } from 'typebox';
import { Type } from 'typebox';
import { LINE, strictObject, TEXT } from '@app/platform/http/schemas';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

// Nobody reads more at once, and a page is held in memory.
const LARGEST_PAGE = 100;

export const NoteId = strictObject({ id: Type.String({ pattern: `^${UUID}$` }) });
export type NoteId = Static<typeof NoteId>;

// What a client may say about a note. Owner and tenant are not among it: they are the caller's.
export const NoteDraft = strictObject({
  title: Type.String({ minLength: 1, maxLength: 200, pattern: LINE }),
  body: Type.String({ maxLength: 20_000, pattern: TEXT }),
});
export type NoteDraft = Static<typeof NoteDraft>;

export const Note = strictObject({
  id: Type.String(),
  title: Type.String(),
  body: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
});
export type Note = Static<typeof Note>;

export const PageQuery = strictObject({
  limit: Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 20 }),
  // Where the page before ended: the moment in milliseconds and the id.
  before: Type.Optional(Type.String({ pattern: `^[0-9]{1,14}_${UUID}$` })),
});
export type PageQuery = Static<typeof PageQuery>;

export const Page = strictObject({
  notes: Type.Array(Note, { maxItems: LARGEST_PAGE }),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type Page = Static<typeof Page>;
