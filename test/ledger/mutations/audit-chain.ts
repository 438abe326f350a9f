import { type Mutation, type Row, mutationOf } from './mutation.ts';

const verifyTest = 'proofs/audit/verify.test.ts';
const sealTest = 'proofs/audit/seal.test.ts';
const purgeTest = 'proofs/audit/purge.test.ts';
const anchorLogTest = 'proofs/local/anchor-log.test.ts';
const commandTest = 'proofs/commands/audit-command.test.ts';
const grantsTest = 'test/invariants/database-grants.test.ts';
const migration = 'migrations/platform/0005_audit_seal.sql';
const sealCheck = 'platform/src/audit/verify-seals.ts';
const verify = 'platform/src/audit/verify.ts';
const purge = 'platform/src/audit/purge.ts';

const place = (attack: string) => `found with its place: ${attack} (OBS-1)`;

const trail: readonly Row[] = [
  [
    sealCheck,
    "if (event.stream !== stream) return 'it belongs to another stream';",
    '',
    verifyTest,
    place('an event moves to another tenant'),
  ],
  [
    sealCheck,
    "event.digest.equals(event.storedDigest) ? undefined : 'it was edited'",
    'undefined',
    verifyTest,
    place('an event is edited'),
  ],
  [
    sealCheck,
    'if (!sealHash(seal, events).equals(hash))',
    'if (events.length === 0)',
    verifyTest,
    place('two events change places'),
  ],
  [
    sealCheck,
    'if (!seal.previousHash.equals(before.hash))',
    'if (number < 0n)',
    verifyTest,
    place('the gap is closed by renumbering'),
  ],
  [
    sealCheck,
    'if (number !== before.number + 1n)',
    'if (number < 0n)',
    verifyTest,
    place('a seal in the middle is taken out with its events'),
  ],
  [
    sealCheck,
    "if (!(await keys.verify(AUDIT_KEY, statement('seal', seal), seal, sealedAt)))",
    'if (number < 0n)',
    verifyTest,
    place('a signature is forged'),
  ],
  [
    sealCheck,
    'isBefore(recordedAt, latest) || ',
    '',
    verifyTest,
    place('the clock is turned back for an event'),
  ],
  [
    sealCheck,
    ' || isBefore(sealedAt, recordedAt)',
    '',
    verifyTest,
    place('the clock is turned back for a seal'),
  ],
  [
    verify,
    'if (highest > link.number)',
    'if (highest < 0n)',
    verifyTest,
    place('the tail is cut, seals and events'),
  ],
  [
    verify,
    'if (highest < link.number && ',
    'if (highest < 0n && ',
    verifyTest,
    'found: the anchors are cut, and the chain goes on (OBS-1)',
  ],
  [
    verify,
    'if (missed === undefined)',
    'if (missed !== null)',
    verifyTest,
    place('an event is put in'),
  ],
  [
    verify,
    'if (await sealing.keys.verify(AUDIT_KEY, signed, purge, purgedAt))',
    'if (signed)',
    verifyTest,
    place('a purge that nobody signed hides the beginning'),
  ],
  [
    'platform/src/audit/anchors.ts',
    'return anchor?.previous === digestOf(before) ? anchor : undefined;',
    'return anchor;',
    verifyTest,
    'found with its line: an anchor is repeated, edited, taken out or forged (OBS-1)',
  ],
  [
    'platform/src/audit/anchors.ts',
    'return isSigned ? anchor : undefined;',
    'return anchor;',
    verifyTest,
    'found with its line: an anchor is repeated, edited, taken out or forged (OBS-1)',
  ],
  [
    'platform/src/audit/chain.ts',
    "return sha256(fields(['audit-stream', stream]));",
    "return sha256(fields(['audit-stream', '']));",
    verifyTest,
    place('two streams exchange their seals'),
  ],
  [
    'platform/src/audit/seal.ts',
    "  await alone(database, 'anchor the audit trail', (tx) => appendAnchor(tx, keys, anchors, now()));\n",
    '',
    sealTest,
    'each event is sealed once, in the stream of its tenant (OBS-1)',
  ],
  [
    migration,
    '  new.recorded_at := pg_catalog.clock_timestamp();\n',
    '',
    sealTest,
    'nobody chooses when an event happened, or what its digest is (OBS-1)',
  ],
  [
    migration,
    '  new.digest := public.audit_event_digest(new);\n',
    '  new.digest := coalesce(new.digest, public.audit_event_digest(new));\n',
    sealTest,
    'nobody chooses when an event happened, or what its digest is (OBS-1)',
  ],
  [
    migration,
    'grant select (id, tenant, digest) on audit_event',
    'grant select on audit_event',
    grantsTest,
    'app_api holds what is listed for the platform, and rows of modules at most (AUTHZ-4)',
  ],
  [
    migration,
    "and recorded_at > now() - interval '400 days'",
    'and false',
    purgeTest,
    'an event that is younger than its seal says keeps the seal (OBS-1)',
  ],
  [
    migration,
    'or not exists (select from audit_purge where stream = old.stream and number >= old.number)',
    '',
    purgeTest,
    'the database refuses an operator without a purge, whatever the code says (OBS-1)',
  ],
  [
    migration,
    'before update or truncate on audit_seal',
    'before truncate on audit_seal',
    purgeTest,
    'nobody rewrites what proves the trail: update audit_seal set number = 9 (OBS-1)',
  ],
  [
    migration,
    'before update or delete or truncate on audit_purge',
    'before update or truncate on audit_purge',
    purgeTest,
    'nobody rewrites what proves the trail: delete from audit_purge (OBS-1)',
  ],
  [
    purge,
    'if (!(before.getTime() <= now.getTime() - RETENTION_DAYS * DAY_MS))',
    'if (before.getTime() > now.getTime())',
    purgeTest,
    'nothing is purged before its age is reached (OBS-1)',
  ],
  [
    purge,
    'if (!trail.ok)',
    "if (!trail.ok && actor === '')",
    purgeTest,
    'a broken trail is not purged: that would take the evidence away (OBS-1)',
  ],
  [
    'platform/src/audit/stored.ts',
    '  await recordAudit(tx, {',
    '  void ({',
    commandTest,
    'list shows a tenant what is its own, and reading is on record (OBS-1)',
  ],
  [
    'platform/src/audit/record.ts',
    "if (verb === undefined) throw new TypeError('An audit event is of no kind that is listed.');",
    'if (verb === undefined) return { classUid: API_ACTIVITY, activityId: OTHER };',
    'proofs/audit/events.test.ts',
    'an event of a kind that nobody listed is none (OBS-1)',
  ],
  [
    'platform/src/local/stores.ts',
    '        await dropHalfLine(file);\n',
    '',
    anchorLogTest,
    'a line that a crash cut in half was never there (OBS-1)',
  ],
];

export const auditChainMutations: readonly Mutation[] = trail.map((row) =>
  mutationOf('OBS-1', row),
);
