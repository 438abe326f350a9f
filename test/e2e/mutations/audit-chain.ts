import type { Mutation } from './mutation.ts';

const verifyTest = 'platform/src/audit/verify.test.ts';
const sealTest = 'platform/src/audit/seal.test.ts';
const purgeTest = 'platform/src/audit/purge.test.ts';
const keysTest = 'platform/src/local/key-store.test.ts';
const secretsTest = 'platform/src/local/secret-store.test.ts';
const secretTest = 'platform/src/secret.test.ts';
const anchorLogTest = 'platform/src/local/anchor-log.test.ts';
const commandTest = 'services/api/commands/audit-command.test.ts';
const grantsTest = 'test/invariants/database-grants.test.ts';
const migration = 'migrations/platform/0005_audit_seal.sql';
const sealCheck = 'platform/src/audit/verify-seal.ts';
const verify = 'platform/src/audit/verify.ts';
const purge = 'platform/src/audit/purge.ts';
const privateFile = 'platform/src/local/private-file.ts';
const keyStore = 'platform/src/local/key-store.ts';

const place = (attack: string) => `found with its place: ${attack} (OBS-1)`;

type Row = readonly [file: string, find: string, replace: string, testFile: string, test: string];

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
    'platform/src/audit/anchor.ts',
    'return anchor?.previous === digestOf(before) ? anchor : undefined;',
    'return anchor;',
    verifyTest,
    'found with its line: an anchor is repeated, edited, taken out or forged (OBS-1)',
  ],
  [
    'platform/src/audit/anchor.ts',
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
    '  new.recorded_at := clock_timestamp();\n',
    '',
    sealTest,
    'nobody chooses when an event happened, or what its digest is (OBS-1)',
  ],
  [
    migration,
    '  new.digest := audit_event_digest(new);\n',
    '  new.digest := coalesce(new.digest, audit_event_digest(new));\n',
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
    'platform/src/audit/list.ts',
    '  await recordAudit(tx, {',
    '  void ({',
    commandTest,
    'list shows a tenant what is its own, and reading is on record (OBS-1)',
  ],
  [
    'platform/src/audit/events.ts',
    "if (verb === undefined) throw new TypeError('An audit event is of no kind that is listed.');",
    'if (verb === undefined) return { classUid: API_ACTIVITY, activityId: OTHER };',
    'platform/src/audit/events.test.ts',
    'an event of a kind that nobody listed is none (OBS-1)',
  ],
  [
    'platform/src/local/anchor-log.ts',
    '        await dropHalfLine(file);\n',
    '',
    anchorLogTest,
    'a line that a crash cut in half was never there (OBS-1)',
  ],
];

const kept: readonly Row[] = [
  [
    privateFile,
    '(mode & READ_BY_OTHERS) === 0',
    'mode > 0',
    keysTest,
    'a key that others could read is not used (HOOK-6)',
  ],
  [
    privateFile,
    '(mode & CHANGED_BY_OTHERS) !== 0 || ',
    '',
    keysTest,
    'a folder that others could write to is not used (HOOK-6)',
  ],
  [
    privateFile,
    ' | constants.O_NOFOLLOW',
    '',
    keysTest,
    'a link in the place of a key is not followed (HOOK-6)',
  ],
  [
    privateFile,
    "await open(partial, 'wx', 0o600)",
    "await open(partial, 'wx', 0o644)",
    secretsTest,
    'secrets are in files that only their owner reads (HOOK-6)',
  ],
  [
    keyStore,
    "if (latest.use === 'sign') await replacePrivate(path(name, files.length), text(publicHalf));",
    'void [replacePrivate, publicHalf];',
    keysTest,
    'a rotation destroys the private half of the old key (HOOK-6)',
  ],
  [
    keyStore,
    'if (key?.publicKey === undefined || !isGoodAt(key, at)) return false;',
    'if (key?.publicKey === undefined) return false;',
    keysTest,
    'local: a rotated key verifies for the overlap, and what it proved then',
  ],
  [
    keyStore,
    'if (key === undefined || !isGoodAt(key, new Date(now())))',
    'if (key === undefined)',
    keysTest,
    'local: a rotated key decrypts for the overlap',
  ],
  [
    'platform/src/local/cipher.ts',
    "[head.toString('hex'), name, ...bound]",
    "[head.toString('hex'), name]",
    keysTest,
    'local: what is encrypted opens where it was bound, and nowhere else (HOOK-6)',
  ],
  [
    'platform/src/local/cipher.ts',
    "  if (bound.every((part) => part === ''))\n",
    '  if (bound.length > 9)\n',
    keysTest,
    'local: the same text twice is two ciphertexts, bound to something (HOOK-6)',
  ],
  [
    'platform/src/local/secret-store.ts',
    "      if (value.equals('')) throw new TypeError('An empty secret is no secret.');\n",
    '',
    secretsTest,
    'local: an empty secret is none (HOOK-6)',
  ],
  [
    'platform/src/secret.ts',
    "if (hint === 'string') return MASK;",
    'if (hint) return MASK;',
    secretTest,
    'no operator compares a secret: it would compare the mask (HOOK-6)',
  ],
  [
    'platform/src/secret.ts',
    "readonly [itself] = Symbol('secret');",
    "readonly [itself] = 'secret';",
    secretTest,
    'a deep comparison finds no two secrets equal, whatever they hold (HOOK-6)',
  ],
  [
    'platform/src/secrets.ts',
    "if (!NAME.test(name)) throw new TypeError('A secret is named like payments/stripe-key.');",
    '',
    secretsTest,
    'local: a reference is a plain name, never a path',
  ],
];

export const auditChainMutations: readonly Mutation[] = [
  ...trail.map((row) => mutation('OBS-1', row)),
  ...kept.map((row) => mutation('HOOK-6', row)),
];

function mutation(
  control: Mutation['control'],
  [file, find, replace, testFile, test]: Row,
): Mutation {
  return { control, file, find, replace, testFile, test };
}
