import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const jobsTest = 'platform/test/jobs.test.ts';
const attemptTest = 'proofs/jobs/attempt.test.ts';
const storeTest = 'proofs/jobs/store.test.ts';
const workerTest = 'proofs/jobs/worker.test.ts';
const lineageReportsTest = 'proofs/jobs/lineage-reports.test.ts';

export const jobsAttemptMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/jobs/attempt.ts', [
    [
      'HOOK-3',
      'if (!(await markDone(tx, claimed))) throw new TakenOver();',
      'await markDone(tx, claimed);',
      jobsTest,
      'a worker that returns after its lease was taken over commits nothing (HOOK-3)',
    ],
    [
      'HOOK-3',
      'const handled = () => definition.handler(tx, job, context, found as never);',
      'const handled = () => database.systemTransaction("x", (other) => definition.handler(other, job, context, found as never)); await tx.sql.destroy().catch(() => {});',
      jobsTest,
      'the effect of a job and its end commit together (HOOK-3)',
    ],
    [
      'HOOK-3',
      'if (claimed.attempts > claimed.max_attempts)',
      'if (claimed.attempts > claimed.max_attempts + 1)',
      attemptTest,
      'a job that ends its worker each time is given up without another try (HOOK-3)',
    ],
    [
      'HOOK-3',
      'await unlessAborted(signal, handled)',
      'await handled()',
      attemptTest,
      'a handler that takes too long is over, and writes nothing afterwards (HOOK-3)',
    ],
    [
      'unclaimed',
      '    if (stopping.aborted) {',
      '    if (false) {',
      attemptTest,
      'an attempt that a worker gives up to stop is none: nothing is kept, and none is lost',
    ],
    [
      'OBS-1',
      '  await recordAudit(tx, {',
      '  if (tx === undefined) await recordAudit(tx, {',
      jobsTest,
      'a job that fails to the last is dead, and that is on record (OBS-1)',
    ],
    [
      'AUTHZ-1',
      '    await confineTo(tx, tenant);\n',
      '',
      jobsTest,
      'a handler sees the tenant of its job and no other (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('platform/src/jobs/store.ts', [
    [
      'HOOK-3',
      'id = ${id} and attempts = ${attempts}',
      'id = ${id}',
      jobsTest,
      'a worker that returns after its lease was taken over commits nothing (HOOK-3)',
    ],
    [
      'HOOK-3',
      'set attempts = attempts + 1, locked_until',
      'set locked_until',
      jobsTest,
      'a worker that returns after its lease was taken over commits nothing (HOOK-3)',
    ],
    [
      'HOOK-3',
      'where ${isOurs(claimed)} and state = ${standing}\n  `.execute(tx.sql);\n  return numAffectedRows === 1n;\n}\n\nexport async function bury',
      'where ${isOurs(claimed)}\n  `.execute(tx.sql);\n  return numAffectedRows === 1n;\n}\n\nexport async function bury',
      attemptTest,
      'a failure that comes late does not undo what somebody else did since (HOOK-3)',
    ],
    [
      'unclaimed',
      ', max_attempts = max_attempts + 1\n',
      '\n',
      attemptTest,
      'an attempt that a worker gives up to stop is none: nothing is kept, and none is lost',
    ],
    [
      'unclaimed',
      'other.id < next.id or other',
      'other',
      storeTest,
      'of a lane only the oldest unfinished job is taken, and all that are in none',
    ],
    [
      'unclaimed',
      "other.state in ('ready', 'dead')",
      "other.state = 'ready'",
      storeTest,
      'a lane waits for its head: while it is put off, and when it is dead, until that is decided',
    ],
    [
      'unclaimed',
      ' or other.locked_until is not null)',
      ')',
      storeTest,
      'an older job that comes to light waits for the one that was begun, however that ends',
    ],
    [
      'unclaimed',
      'or locked_until is not null or not exists',
      'or not exists',
      storeTest,
      'an older job that comes to light waits for the one that was begun, however that ends',
    ],
    [
      'unclaimed',
      ' and run_at <= now()',
      '',
      storeTest,
      'what is not due, not known here or held by somebody is left alone',
    ],
    [
      'unclaimed',
      ' and kind = any (${kinds}::text[])',
      '',
      storeTest,
      'what is not due, not known here or held by somebody is left alone',
    ],
    [
      'unclaimed',
      'and (locked_until is null or locked_until <= now())',
      '',
      storeTest,
      'what is not due, not known here or held by somebody is left alone',
    ],
    [
      'HOOK-7',
      'KEPT_DAYS = 7',
      'KEPT_DAYS = 70',
      'test/invariants/lineage.test.ts',
      'the registry says of every column what it is, and of none that is gone (HOOK-7)',
    ],
  ]),
  ...mutationsOf('platform/src/jobs/jobs.ts', [
    [
      'HOOK-3',
      '  announceJobs(tx);\n',
      '',
      jobsTest,
      'a job exists if the transaction that wrote it committed, and only then (HOOK-3)',
    ],
    [
      'HOOK-3',
      'afterCommit(tx, wakeWorkers)',
      'wakeWorkers()',
      jobsTest,
      'a job exists if the transaction that wrote it committed, and only then (HOOK-3)',
    ],
    [
      'AUTHZ-1',
      "'caller' in tx ? tx.caller.tenant : tenant",
      'tenant',
      jobsTest,
      'a request enqueues for its own tenant, and sees no jobs of another one (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('platform/src/jobs/worker.ts', [
    [
      'unclaimed',
      'if (closing || looking ||',
      'if (looking ||',
      workerTest,
      'a worker that stops finishes what it has begun, gives back what does not end, and takes nothing new',
    ],
    [
      'unclaimed',
      'setTimeout(() => stopping.abort(), finishWithinMs)',
      'setTimeout(() => {}, finishWithinMs); stopping.abort()',
      workerTest,
      'a worker that stops finishes what it has begun, gives back what does not end, and takes nothing new',
    ],
  ]),
  ...mutationsOf('platform/src/jobs/operate.ts', [
    [
      'OBS-1',
      '  await recordAudit(tx, {',
      '  if (tx === undefined) await recordAudit(tx, {',
      'proofs/jobs/command.test.ts',
      'a dead job is tried again or given up under a ticket, and that is on record (OBS-1)',
    ],
    [
      'OBS-1',
      "  if (!TICKET.test(ticket)) return err('malformed-ticket');\n",
      '',
      jobsTest,
      'a decision without a ticket, made twice, or for a kind without a handler is refused (OBS-1)',
    ],
    [
      'OBS-1',
      "and state = 'dead' for update",
      'for update',
      jobsTest,
      'a decision without a ticket, made twice, or for a kind without a handler is refused (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/jobs/definition.ts', [
    [
      'HOOK-6',
      'return WORD.test(failed) ? failed',
      'return failed ? failed',
      attemptTest,
      'what cannot get better is dead at once, and what it says is one word (HOOK-6)',
    ],
    [
      'HOOK-6',
      'return [code ?? name, place]',
      'return [String(error), place]',
      jobsTest,
      'the effect of a job and its end commit together (HOOK-3)',
    ],
    [
      'HOOK-6',
      'WORD.test(failed) ?',
      'failed.length < 60 ?',
      'platform/test/webhooks-http.test.ts',
      'neither an answer nor the trail nor a job has it, nor what is told of lineage (HOOK-6)',
    ],
    [
      'HOOK-6',
      '[0-9]{1,3}',
      '[0-9]+',
      attemptTest,
      'what cannot get better is dead at once, and what it says is one word (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/jobs/run-events.ts', [
    [
      'HOOK-7',
      "figures.dead > 0 ? 'FAIL' : 'COMPLETE'",
      "'COMPLETE'",
      lineageReportsTest,
      'a minute of a kind is one run: a START and one end, with figures and no payload (HOOK-7)',
    ],
    [
      'HOOK-7',
      'run: { runId: id },',
      'run: { runId: crypto.randomUUID() },',
      lineageReportsTest,
      'a minute of a kind is one run: a START and one end, with figures and no payload (HOOK-7)',
    ],
  ]),
];
