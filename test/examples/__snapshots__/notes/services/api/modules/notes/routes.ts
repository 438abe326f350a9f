import { Type } from 'typebox';
import { allow } from '@app/platform/http/access';
import type { Api } from '@app/platform/service/module';
import {
  createNote,
  deleteNote,
  listNotes,
  namedNote,
  noteOf,
  ownTenant,
  updateNote,
} from './notes.ts';
import { Note, NoteDraft, NoteId, Page, PageQuery } from './schemas.ts';

// "Forbidden" would tell that somebody else's note exists. (AUTHZ-1)
const hidden = { refusedAs: 'not-found' } as const;

const list = allow('Notes::Action::"list"', ownTenant);
const create = allow('Notes::Action::"create"', ownTenant);
const read = allow('Notes::Action::"read"', namedNote, hidden);
const update = allow('Notes::Action::"update"', namedNote, hidden);
const remove = allow('Notes::Action::"delete"', namedNote, hidden);

export function routes(app: Api): void {
  app.get('/notes', {
    config: { access: list },
    schema: { querystring: PageQuery, response: { 200: Page } },
    handler: ({ authorized, query }) => listNotes(authorized, query),
  });

  app.post('/notes', {
    config: { access: create },
    schema: { body: NoteDraft, response: { 201: Note } },
    handler: async ({ authorized, body }, reply) => {
      const note = await createNote(authorized, body);
      reply.code(201).header('location', `/notes/${note.id}`);
      return note;
    },
  });

  app.get('/notes/:id', {
    config: { access: read },
    schema: { params: NoteId, response: { 200: Note } },
    handler: async ({ authorized }) => noteOf(read.decidedOn(authorized).note),
  });

  app.put('/notes/:id', {
    config: { access: update },
    schema: { params: NoteId, body: NoteDraft, response: { 200: Note } },
    handler: ({ authorized, params, body }) => updateNote(authorized, params, body),
  });

  app.delete('/notes/:id', {
    config: { access: remove },
    schema: { params: NoteId, response: { 204: Type.Null() } },
    handler: async ({ authorized, params }, reply) => {
      await deleteNote(authorized, params);
      reply.code(204);
      return null;
    },
  });
}
