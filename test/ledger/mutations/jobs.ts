import type { Mutation } from './mutation.ts';

const jobs = 'platform/src/jobs/jobs.ts';
const attempt = 'platform/src/jobs/attempt.ts';
const store = 'platform/src/jobs/store.ts';
const worker = 'platform/src/jobs/worker.ts';
const operate = 'platform/src/jobs/operate.ts';
const fault = 'platform/src/jobs/definition.ts';
const migration = 'migrations/jobs/0001_jobs.sql';
const session = 'platform/src/database/sessions.ts';
const onPool = 'platform/src/database/open.ts';

const jobsTest = 'proofs/jobs/jobs.test.ts';
const attemptTest = 'proofs/jobs/attempt.test.ts';
const storeTest = 'proofs/jobs/store.test.ts';
const workerTest = 'proofs/jobs/worker.test.ts';
const commandTest = 'services/api/modules/jobs/jobs-command.test.ts';

const takenOver = 'whoever comes back after its lease was taken over commits nothing (HOOK-3)';
const lateFailure = 'a failure that comes late does not undo what somebody else did since (HOOK-3)';
const together = 'the effect of a job and its end commit together (HOOK-3)';
const abandoned = 'a job that ends its worker each time is given up without another try (HOOK-3)';
const tooLong = 'a handler that takes too long is over, and writes nothing afterwards (HOOK-3)';
const exists = 'a job exists if the transaction that wrote it committed, and only then (HOOK-3)';
const lanes = 'of a lane only the oldest unfinished job is taken, and all that are in none';
const heads =
  'a lane waits for its head: while it is put off, and when it is dead, until that is decided';
const light =
  'an older job that comes to light waits for the one that was begun, however that ends';
const left = 'what is not due, not known here or held by somebody is left alone';
const dead = 'a job that fails to the last is dead, and that is on record (OBS-1)';
const decided =
  'a dead job is tried again or given up under a ticket, and that is on record (OBS-1)';
const undecided =
  'nothing is decided without a ticket, twice, or for a kind that nobody does (OBS-1)';
const references = 'a payload holds references, and neither words nor addresses (HOOK-6)';
const ownTenant =
  'a request enqueues for its own tenant, and sees no jobs of another one (AUTHZ-1)';
const stopped =
  'an attempt that a worker gives up to stop is none: nothing is kept, and none is lost';
const stops =
  'a worker that stops finishes what it has begun, gives back what does not end, and takes nothing new';

type Row = readonly [
  control: Mutation['control'],
  file: string,
  find: string,
  replace: string,
  testFile: string,
  test: string,
];

const rows: readonly Row[] = [
  // Fencing, and one transaction for both.
  [
    'HOOK-3',
    attempt,
    'if (!(await markDone(tx, claimed))) throw new TakenOver();',
    'await markDone(tx, claimed);',
    attemptTest,
    takenOver,
  ],
  ['HOOK-3', store, 'id = ${id} and attempts = ${attempts}', 'id = ${id}', attemptTest, takenOver],
  [
    'HOOK-3',
    store,
    'set attempts = attempts + 1, locked_until',
    'set locked_until',
    attemptTest,
    takenOver,
  ],
  [
    'HOOK-3',
    store,
    'where ${isOurs(claimed)} and state = ${standing}\n  `.execute(tx.sql);\n  return numAffectedRows === 1n;\n}\n\nexport async function bury',
    'where ${isOurs(claimed)}\n  `.execute(tx.sql);\n  return numAffectedRows === 1n;\n}\n\nexport async function bury',
    attemptTest,
    lateFailure,
  ],
  [
    'HOOK-3',
    attempt,
    'const handled = () => definition.handler(tx, job, context, found as never);',
    'const handled = () => database.systemTransaction("x", (other) => definition.handler(other, job, context, found as never)); await tx.sql.destroy().catch(() => {});',
    attemptTest,
    together,
  ],
  [
    'HOOK-3',
    attempt,
    'if (claimed.attempts > claimed.max_attempts)',
    'if (claimed.attempts > claimed.max_attempts + 1)',
    attemptTest,
    abandoned,
  ],
  [
    'HOOK-3',
    attempt,
    'await unlessAborted(signal, handled)',
    'await handled()',
    attemptTest,
    tooLong,
  ],
  ['HOOK-3', session, '    over = LAST_WORD.test(text);\n', '', attemptTest, tooLong],
  ['HOOK-3', jobs, '  announceJobs(tx);\n', '', jobsTest, exists],
  ['HOOK-3', jobs, 'afterCommit(tx, wakeWorkers)', 'wakeWorkers()', jobsTest, exists],
  ['HOOK-3', onPool, '  callAfterCommit(begun);\n', '', jobsTest, exists],
  ['unclaimed', attempt, '    if (stopping.aborted) {', '    if (false) {', attemptTest, stopped],
  ['unclaimed', store, ', max_attempts = max_attempts + 1\n', '\n', attemptTest, stopped],
  ['unclaimed', worker, 'if (closing || looking ||', 'if (looking ||', workerTest, stops],
  [
    'unclaimed',
    worker,
    'setTimeout(() => stopping.abort(), finishWithinMs)',
    'setTimeout(() => {}, finishWithinMs); stopping.abort()',
    workerTest,
    stops,
  ],
  // Lanes.
  ['unclaimed', store, 'other.id < next.id or other', 'other', storeTest, lanes],
  [
    'unclaimed',
    store,
    "other.state in ('ready', 'dead')",
    "other.state = 'ready'",
    storeTest,
    heads,
  ],
  ['unclaimed', store, ' or other.locked_until is not null)', ')', storeTest, light],
  [
    'unclaimed',
    store,
    'or locked_until is not null or not exists',
    'or not exists',
    storeTest,
    light,
  ],
  [
    'unclaimed',
    migration,
    'create unique index job_lane',
    'create index job_lane',
    storeTest,
    light,
  ],
  ['unclaimed', store, ' and run_at <= now()', '', storeTest, left],
  ['unclaimed', store, ' and kind = any (${kinds}::text[])', '', storeTest, left],
  ['unclaimed', store, 'and (locked_until is null or locked_until <= now())', '', storeTest, left],
  // The trail.
  [
    'OBS-1',
    attempt,
    '  await recordAudit(tx, {',
    '  if (tx === undefined) await recordAudit(tx, {',
    attemptTest,
    dead,
  ],
  [
    'OBS-1',
    operate,
    '  await recordAudit(tx, {',
    '  if (tx === undefined) await recordAudit(tx, {',
    commandTest,
    decided,
  ],
  [
    'OBS-1',
    operate,
    "  if (!TICKET.test(ticket)) return err('malformed-ticket');\n",
    '',
    commandTest,
    undecided,
  ],
  ['OBS-1', operate, "and state = 'dead' for update", 'for update', commandTest, undecided],
  // What a job may hold, and whose it is.
  ['HOOK-6', migration, '"[a-zA-Z0-9_.:/-]*"', '"[^"]*"', jobsTest, references],
  [
    'HOOK-6',
    fault,
    'return WORD.test(failed) ? failed',
    'return failed ? failed',
    attemptTest,
    'what cannot get better is dead at once, and what it says is one word (HOOK-6)',
  ],
  [
    'HOOK-6',
    fault,
    'return [code ?? name, place]',
    'return [String(error), place]',
    attemptTest,
    together,
  ],
  ['AUTHZ-1', migration, 'alter table job enable row level security;', '', jobsTest, ownTenant],
  ['AUTHZ-1', migration, "in ('', tenant));", "in ('', tenant) or true);", jobsTest, ownTenant],
  [
    'AUTHZ-1',
    migration,
    'alter table job force row level security;',
    '',
    'test/invariants/database-grants.test.ts',
    'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
  ],
  [
    'AUTHZ-1',
    attempt,
    '    await confineTo(tx, tenant);\n',
    '',
    attemptTest,
    'a handler sees the tenant of its job and no other (AUTHZ-1)',
  ],
  ['AUTHZ-1', jobs, "'caller' in tx ? tx.caller.tenant : tenant", 'tenant', jobsTest, ownTenant],
];

/** Whatever makes a job take effect twice, never, out of turn, or without a trace. */
export const jobMutations: readonly Mutation[] = rows.map(
  ([control, file, find, replace, testFile, test]) => ({
    control,
    file,
    find,
    replace,
    testFile,
    test,
  }),
);
