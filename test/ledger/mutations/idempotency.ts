import type { Mutation } from './mutation.ts';

const store = 'platform/src/http/idempotency-records.ts';
const header = 'platform/src/http/idempotency.ts';
const http = 'platform/src/http/idempotency.ts';
const authorize = 'platform/src/http/authorize.ts';
const table = 'migrations/platform/0006_idempotency.sql';
const storeTest = 'proofs/http/idempotency-records.test.ts';
const headerTest = 'proofs/http/idempotency-key.test.ts';
const httpTest = 'proofs/http/idempotency.test.ts';
const onceTest = 'test/invariants/every-change-happens-once.test.ts';

const lost = 'whoever lost a claim can neither answer for it nor give it back';
const reused = 'the same key with another request is refused, under way and answered';
const malformed = 'whatever is no such string is refused';
const forgets =
  'where no tenant is set, no answer that is still kept can be seen or deleted (AUTHZ-1)';

/** A change that a retry would make twice, and an answer that reaches somebody else. */
export const idempotencyMutations: readonly Mutation[] = [
  of(
    store,
    'held.status is null and held.locked_until <= now()',
    'held.status is null',
    storeTest,
    'a claim whose holder died is taken over when its lease ends, and not before',
  ),
  of(
    store,
    'held.locked_until <= now()\n',
    'held.locked_until is null\n',
    onceTest,
    'a process that died after its claim stands in the way until the lease ends, and no longer',
  ),
  of(store, '\n             and held.fingerprint = excluded.fingerprint', '', storeTest, reused),
  of(
    store,
    'if (!use.fingerprint.equals(fingerprint)) return',
    'if (!fingerprint) return',
    storeTest,
    reused,
  ),
  of(
    store,
    'set fingerprint = excluded.fingerprint, claim = excluded.claim,',
    'set fingerprint = excluded.fingerprint,',
    storeTest,
    lost,
  ),
  of(
    store,
    'where ${isUse(tx, use)} and claim = ${token} and status is null\n  `.execute(tx.sql);\n  return',
    'where ${isUse(tx, use)} and status is null\n  `.execute(tx.sql);\n  return',
    storeTest,
    lost,
  ),
  of(
    store,
    'delete from idempotency_key where ${isUse(tx, use)} and claim = ${token} and status is null',
    'delete from idempotency_key where ${isUse(tx, use)} and status is null',
    storeTest,
    lost,
  ),
  of(
    store,
    'delete from idempotency_key where ${isUse(tx, use)} and claim = ${token} and status is null',
    'delete from idempotency_key where ${isUse(tx, use)} and claim = ${token}',
    storeTest,
    lost,
  ),
  of(
    store,
    'if (Buffer.byteLength(body) > LARGEST_ANSWER_BYTES)',
    'if (body.length > LARGEST_ANSWER_BYTES)',
    storeTest,
    'an answer that is too large for a retry is an error, and no cut answer',
  ),
  of(
    store,
    'held.expires_at <= now()\n         or ',
    '',
    storeTest,
    'after a day the key is new, and the answer is swept away, of every tenant',
  ),
  of(
    table,
    "= '' and expires_at <= now());\ncreate policy idempotency_key_sweep_deletes",
    "= '');\ncreate policy idempotency_key_sweep_deletes",
    storeTest,
    forgets,
  ),
  {
    ...of(
      table,
      'alter table idempotency_key force row level security;',
      '',
      'test/invariants/database-grants.test.ts',
      'each table with a tenant is behind the tenant wall, or says why not (AUTHZ-1)',
    ),
    control: 'AUTHZ-1',
  },
  {
    ...of(
      table,
      "using (tenant = current_setting('app.tenant', true))",
      'using (tenant is not null)',
      storeTest,
      'a statement that forgets the caller finds nothing of another tenant (AUTHZ-1)',
    ),
    control: 'AUTHZ-1',
  },
  of(header, 'key.length < SHORTEST || ', '', headerTest, malformed),
  of(header, ' || key.length > LONGEST', '', headerTest, malformed),
  of(header, 'BARE.test(header) ? header : undefined', 'header', headerTest, malformed),
  of(
    header,
    'canonical([route, params, query, body])',
    'canonical([route, params, body])',
    httpTest,
    'the same key for something else is refused',
  ),
  of(
    header,
    '.toSorted(byName)',
    '',
    headerTest,
    'however the members of a document are shuffled, its fingerprint stays',
  ),
  of(
    http,
    "if (idempotency === 'required')\n    throw",
    "if (idempotency === 'required' && key === 'absent')\n    throw",
    httpTest,
    'without a key, a route that would make a second thing is refused, and others are not',
  ),
  of(
    http,
    "new Set(['POST', 'PATCH'])",
    "new Set(['POST'])",
    httpTest,
    'without a key, a route that would make a second thing is refused, and others are not',
  ),
  of(
    http,
    'if (!(await keepAnswer(tx, attempt.use, attempt.token, stored)))\n    throw',
    'if ((await keepAnswer(tx, attempt.use, attempt.token, stored)) === undefined)\n    throw',
    httpTest,
    'a request whose claim was taken over meanwhile commits nothing',
  ),
  of(
    http,
    'status < 500 && !NOT_KEPT.has(status)',
    'status < 500',
    httpTest,
    'a failure, or a refusal that will pass, is not kept: a retry is a new attempt',
  ),
  of(
    http,
    'answer ? keepAnswer(tx, use, token, answer) : giveKeyBack(tx, use, token),',
    'answer ? keepAnswer(tx, use, token, answer) : Promise.resolve(),',
    onceTest,
    'a change that failed leaves the key free',
  ),
  of(
    http,
    "if (typeof answer !== 'object' || reply.statusCode >= 300)",
    'if (reply.statusCode >= 300)',
    httpTest,
    'what cannot be replayed as it was does not happen',
  ),
  of(
    http,
    "if (declared && (access.kind === 'public' || methods.every(isSafe)))",
    "if (declared && access.kind === 'public' && methods.every(isSafe))",
    httpTest,
    'a key where it could mean nothing stops the boot',
  ),
  {
    ...of(
      authorize,
      "const by = await decide(tx, request, access, resource, services);\n      if (by instanceof Refusal) return by;\n      if (attempt.kind === 'replay') return replay(reply, attempt.answer);\n",
      "if (attempt.kind === 'replay') return replay(reply, attempt.answer);\n      const by = await decide(tx, request, access, resource, services);\n      if (by instanceof Refusal) return by;\n",
      httpTest,
      'whoever lost the right since gets no replay, and the attempt is on record (AUTHZ-5)',
    ),
    control: 'AUTHZ-5',
  },
  of(
    authorize,
    ' ?? rememberedResource(attempt)',
    '',
    onceTest,
    'a retry is answered as the first request was: one effect, one audit event',
  ),
  of(
    authorize,
    'decidedOn = resource;\n',
    '',
    httpTest,
    'what the route refuses by its own rules it refuses again, in the same words',
  ),
];

function of(file: string, find: string, replace: string, testFile: string, test: string): Mutation {
  return { control: 'unclaimed', file, find, replace, testFile, test };
}
