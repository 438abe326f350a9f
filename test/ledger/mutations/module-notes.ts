import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const notesTest = 'services/api/modules/notes/notes.test.ts';
const everyChangeTest = 'test/invariants/every-change.test.ts';

export const moduleNotesMutations: readonly Mutation[] = [
  ...mutationsOf('services/api/modules/notes/routes.ts', [
    [
      'AUTHZ-1',
      "{ refusedAs: 'not-found' } as const",
      '{} as const',
      notesTest,
      'somebody else, here or in another tenant, cannot tell that the note exists (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/notes/store.ts', [
    [
      'AUTHZ-1',
      'where id = ${id} and tenant = ${caller.tenant}\n  `',
      'where id = ${id}\n  `',
      notesTest,
      'each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      ' and owner = ${caller.subject} ${after}',
      ' ${after}',
      notesTest,
      'a list holds the notes of the caller and no others',
    ],
    [
      'AUTHZ-1',
      'tenant = ${caller.tenant} and owner = ${caller.subject} ${after}',
      'owner = ${caller.subject} ${after}',
      notesTest,
      'each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/notes/notes.ts', [
    [
      'OBS-1',
      '  await recordChange(by, entityText(TYPE, note.id));\n',
      '',
      everyChangeTest,
      'every change writes an audit event (OBS-1)',
    ],
    [
      'OBS-1',
      'entityText(TYPE, note.id)',
      'entityText(TYPE, note.id), { title: note.title }',
      notesTest,
      'the trail names the note and the policies, and never what the note says (OBS-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/notes/samples.ts', [
    [
      'OBS-1',
      /^ *\{\n *route: 'DELETE [^}]*\}\),\n *\},\n/m,
      '',
      everyChangeTest,
      'every route that changes something has a sample request',
    ],
  ]),
];
