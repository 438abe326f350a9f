import type { Mutation } from './mutation.ts';

const notes = 'services/api/modules/notes';
const notesTest = `${notes}/notes.test.ts`;
const healthCheck = 'services/api/modules/health-check-disk';
const healthCheckTest = `${healthCheck}/health-check-disk.test.ts`;
const changesTest = 'test/invariants/every-change-is-audited.test.ts';

const hidden =
  'somebody else, here or in another tenant, cannot tell that the note exists (AUTHZ-1)';
const behindTheWall = 'a statement that forgets the tenant finds nothing of another one (AUTHZ-1)';
const failedRun =
  'a probe that throws, breaks its statement or is late has failed, and is on record (OBS-1)';

const wallDown =
  'each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)';

export const moduleMutations: readonly Mutation[] = [
  {
    control: 'AUTHZ-1',
    file: `${notes}/routes.ts`,
    find: "{ refusedAs: 'not-found' } as const",
    replace: '{} as const',
    testFile: notesTest,
    test: hidden,
  },
  {
    control: 'AUTHZ-1',
    file: `${notes}/store.ts`,
    find: 'where id = ${id} and tenant = ${caller.tenant}\n  `',
    replace: 'where id = ${id}\n  `',
    testFile: notesTest,
    test: wallDown,
  },
  {
    control: 'AUTHZ-1',
    file: `${notes}/store.ts`,
    find: ' and owner = ${caller.subject} ${after}',
    replace: ' ${after}',
    testFile: notesTest,
    test: 'a list holds the notes of the caller and no others',
  },
  {
    control: 'AUTHZ-1',
    file: `${notes}/store.ts`,
    find: 'tenant = ${caller.tenant} and owner = ${caller.subject} ${after}',
    replace: 'owner = ${caller.subject} ${after}',
    testFile: notesTest,
    test: wallDown,
  },
  {
    control: 'AUTHZ-1',
    file: 'migrations/notes/0001_notes.sql',
    find: 'alter table note enable row level security;',
    replace: '',
    testFile: notesTest,
    test: behindTheWall,
  },
  {
    control: 'AUTHZ-1',
    file: 'migrations/notes/0001_notes.sql',
    find: "using (tenant = current_setting('app.tenant', true))",
    replace: 'using (true)',
    testFile: notesTest,
    test: behindTheWall,
  },
  {
    control: 'OBS-1',
    file: `${notes}/notes.ts`,
    find: '  await recordChange(by, entityText(TYPE, note.id));\n',
    replace: '',
    testFile: changesTest,
    test: 'every change writes an audit event (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: `${notes}/notes.ts`,
    find: 'entityText(TYPE, note.id)',
    replace: 'entityText(TYPE, note.id), { title: note.title }',
    testFile: notesTest,
    test: 'the trail names the note and the policies, and never what the note says (OBS-1)',
  },
  {
    control: 'OBS-1',
    file: `${notes}/samples.ts`,
    find: /^ *\{\n *route: 'DELETE [^}]*\}\),\n *\},\n/m,
    replace: '',
    testFile: changesTest,
    test: 'every route that changes something has a sample request',
  },
  {
    control: 'AUTHZ-1',
    file: `${healthCheck}/store.ts`,
    find: '    where tenant = ${caller.tenant}\n',
    replace: '',
    testFile: healthCheckTest,
    test: 'the list names the tenant too, and is empty with the wall down (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: `${healthCheck}/routes.ts`,
    find: 'allow(RUN, ownTenant)',
    replace: `allow('Notes::Action::"create"', ownTenant)`,
    testFile: healthCheckTest,
    test: 'nobody else runs it or sees what it measured (AUTHZ-1)',
  },
  {
    control: 'OBS-1',
    file: `${healthCheck}/runs.ts`,
    find: ', { ...measured });',
    replace: ');',
    testFile: healthCheckTest,
    test: failedRun,
  },
  {
    control: 'OBS-1',
    file: `${healthCheck}/runs.ts`,
    find: '  if (!passed) await store.undoToSavepoint(tx);\n',
    replace: '',
    testFile: healthCheckTest,
    test: failedRun,
  },
  {
    control: 'OBS-1',
    file: `${healthCheck}/runs.ts`,
    find: 'Promise.race([ask(signal), late.promise])',
    replace: 'ask(signal)',
    testFile: healthCheckTest,
    test: failedRun,
  },
];
