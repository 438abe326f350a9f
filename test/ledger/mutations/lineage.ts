import type { Mutation } from './mutation.ts';

const gate = 'test/invariants/lineage.test.ts';
const readerTest = 'proofs/database/lineage.test.ts';
const reportsTest = 'services/api/modules/jobs/lineage.test.ts';

const same = 'the registry says of every column what it is, and of none that is gone (HOOK-7)';
const told = 'what the registry leaves out or gets wrong is told with the way out (HOOK-7)';
const unclear = 'a shard that says nothing clear is refused, with the place in it (HOOK-7)';
const run =
  'a minute of a kind is one run: a START and one end, with figures and no payload (HOOK-7)';
const down =
  'a receiver that is down is told later, in order and the same, and nothing waits for it (HOOK-7)';
const bounded =
  'a receiver that stays down costs so many rows and no more, and nothing is left out (HOOK-7)';
const recursion = 'telling is not told of, or every minute would have something to tell (HOOK-7)';
const ending = 'a worker tells what it counted before it ends (HOOK-7)';
const out =
  'the receiver is another machine over https, or this one, and the way out lists it (HOOK-4)';
const named = 'jobs name tables that the registry describes (HOOK-7)';

const app = 'security/lineage/app.json';
const notes = 'security/lineage/notes.json';
const disk = 'security/lineage/health-check-disk.json';
const jobs = 'security/lineage/jobs.json';
const reader = 'platform/src/database/lineage.ts';
const comparison = 'test/support/lineage.ts';
const events = 'platform/src/jobs/run-events.ts';
const reports = 'services/api/modules/jobs/lineage.ts';

type Row = readonly [file: string, find: string | RegExp, replace: string, test: string];

const rows: readonly Row[] = [
  // The schema moves, and the registry does not.
  ['migrations/notes/0001_notes.sql', '  title text', '  mood text,\n  title text', same],
  ['migrations/jobs/0001_jobs.sql', '  lane text', '  colour text,\n  lane text', same],
  [
    'migrations/platform/0007_rate_limit.sql',
    'create index rate',
    'create table forgotten (id integer);\ncreate index rate',
    same,
  ],
  ['platform/src/sessions/sessions.ts', 'SESSION_KEPT_HOURS = 24', 'SESSION_KEPT_HOURS = 48', same],
  ['platform/src/jobs/store.ts', 'KEPT_DAYS = 7', 'KEPT_DAYS = 70', same],
  [
    'platform/src/http/idempotency-records.ts',
    'export const LEASE_SECONDS',
    'export const ANSWER_KEPT_DAYS = 3;\nexport const LEASE_SECONDS',
    same,
  ],
  // The registry moves, and the schema does not.
  [notes, '        "body": "personal",\n', '', same],
  [notes, '"body": "personal"', '"body": "personal",\n        "mood": "internal"', same],
  [notes, '"table": "note"', '"table": "notes"', same],
  [notes, '      "lawfulBasis": "contract",\n', '', same],
  [disk, '"backup": "all of it"', '"elsewhere.example.com": "all of it"', same],
  [jobs, '"days": 7', '"days": 8', same],
  [app, '"flows": { "backup": "the hash, which signs nobody in" }', '"purpose": "Proof."', same],
  [
    app,
    '"hours": 24,\n        "after": "it expired',
    '"hours": 12,\n        "after": "it expired',
    same,
  ],
  // A comparison that looks away.
  [comparison, '    ...undescribed(entries, project),\n', '', told],
  [comparison, 'if (file !== own) return', "if (file === '') return", told],
  [comparison, 'other.table === table', "other.table === ''", told],
  [comparison, '  if (held === undefined)\n', '  if (held === 0)\n', told],
  [comparison, '...missing.map(', '...[].map(', told],
  [comparison, '...gone.map(', '...[].map(', told],
  [comparison, "kind === 'personal' &&", "kind === 'payment' &&", told],
  [comparison, "kind === 'secret' &&", "kind === 'payment' &&", told],
  [comparison, '!known.has(place)', 'known.size === 0', told],
  [comparison, 'return said === held', 'return said !== undefined', told],
  [comparison, '.filter((constant) => !named.has(constant))', '.filter(() => false)', told],
  [
    reader,
    'return Type.Object(shape, { additionalProperties: false });',
    'return Type.Object(shape);',
    unclear,
  ],
  [reader, "if (`${shard.module}.json` !== file) throw unclear(file, 'module');\n", '\n', unclear],
  // Reports that say too much, too little, or too often.
  [events, "figures.dead > 0 ? 'FAIL' : 'COMPLETE'", "'COMPLETE'", run],
  [events, 'run: { runId: id },', 'run: { runId: crypto.randomUUID() },', run],
  [reports, 'had ? sumOf(had, more) : more', 'more', run],
  [reports, '[figure]: 1', 'done: 1', run],
  [reports, 'if (status !== undefined) return status;', 'if (status === 418) return status;', down],
  [reports, '    lane: () => KIND,\n', '', down],
  [reports, 'runs.length > MOST_WAITING', 'runs.length > 10_000', bounded],
  [reports, '    for (const [kind, tally] of counted) add(kind, tally);\n', '', bounded],
  [reports, ' || kind === KIND', '', recursion],
  [
    reports,
    '      clearInterval(timer);\n      await report();',
    '      clearInterval(timer);',
    ending,
  ],
  ['services/api/modules/jobs/work.ts', 'lineage?.count(job, outcome);', '', ending],
  ['platform/src/service/environment.ts', '    isReceiver: true,\n', '', out],
  [reports, 'if (!tables.has(table))', "if (table === '')", named],
];

/** A schema, a registry and reports that do not say the same any more. */
export const lineageMutations: readonly Mutation[] = rows.map(([file, find, replace, test]) => ({
  control: 'HOOK-7',
  file,
  find,
  replace,
  testFile: testFileOf(test),
  test,
}));

function testFileOf(test: string): string {
  if (test === same || test === told) return gate;
  return test === unclear ? readerTest : reportsTest;
}
