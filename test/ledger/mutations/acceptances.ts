import { type Mutation, type Row, mutationOf } from './mutation.ts';

const acceptTest = 'proofs/audit/accept.test.ts';
const verifyTest = 'proofs/audit/verify.test.ts';
const sealTest = 'proofs/audit/seal.test.ts';
const purgeTest = 'proofs/audit/purge.test.ts';
const auditCommandTest = 'proofs/commands/audit-command.test.ts';
const secretCommandTest = 'proofs/commands/secret-command.process.test.ts';
const migration = 'migrations/platform/0005_audit_seal.sql';
const anchor = 'platform/src/audit/anchors.ts';
const anchors = 'platform/src/audit/verify-seals.ts';
const accept = 'platform/src/audit/accept.ts';
const secretCommand = 'platform/src/commands/secrets.ts';

const reported = 'an accepted loss is reported from then on, with who, why and from where (OBS-1)';
const forged = 'an acceptance that is edited, taken off or signed with another key is none (OBS-1)';
const nextLoss =
  'what was accepted once is not accepted again, and the next loss is another (OBS-1)';
const unrecorded = 'what cannot be put on record does not happen (OBS-1)';
const asReplica = (statement: string) =>
  `not even a session that calls itself a replica: ${statement} (OBS-1)`;

const accepting: readonly Row[] = [
  [
    anchor,
    'return isSigned ? anchor',
    'return isSigned || anchor.accepted ? anchor',
    acceptTest,
    forged,
  ],
  [
    anchor,
    'const what = [of, actor, ticket, String(places.length), ...places.flat()];',
    'const what: string[] = [];',
    acceptTest,
    forged,
  ],
  [
    anchor,
    "fields(['audit-acceptance', ...common",
    "fields(['audit-anchor', ...common",
    acceptTest,
    'what was signed as a plain anchor does not pass for an acceptance (OBS-1)',
  ],
  [anchor, 'accepted ? 0n : BigInt(last.upTo)', 'BigInt(last.upTo)', acceptTest, reported],
  [
    anchor,
    'if (moved.length === 0 && !accepted) return 0;',
    'if (moved.length === 0 || accepted) return 0;',
    acceptTest,
    reported,
  ],
  [
    anchors,
    'if (number <= (newest.get(stream) ?? NONE)) continue;',
    '',
    verifyTest,
    'found: the tail is cut, and a service that goes on anchors what took its place (OBS-1)',
  ],
  [
    anchors,
    'if (anchor.accepted) accepted.push({ ...anchor.accepted, at: anchor.at });',
    '',
    acceptTest,
    reported,
  ],
  [anchors, 'newest.set(stream, BigInt(kept));', 'newest.get(kept);', acceptTest, reported],
  [anchors, 'number <= last);', 'number < last);', acceptTest, nextLoss],
  [anchors, 'last === undefined || number <= last', 'last !== number', acceptTest, reported],
  [
    accept,
    "if (!TICKET.test(accepting.ticket)) return err('The ticket must look like CHG-123.');",
    '',
    acceptTest,
    'nobody accepts a loss without a ticket, or with another key (OBS-1)',
  ],
  [
    accept,
    'if (!anchored.ok) return refused(anchored.error);',
    '',
    acceptTest,
    'nobody accepts a loss without a ticket, or with another key (OBS-1)',
  ],
  [
    accept,
    'const rest = await walkTrail(sealing, { ...anchored.value, streams }, BEFORE_ALL);',
    'const rest = { ok: true, value: { turned: [] } };',
    acceptTest,
    'no other finding hides behind a loss (OBS-1)',
  ],
  [
    accept,
    'if (places.length === 0) return err(`There is no ${accepting.of} to accept.`);',
    '',
    acceptTest,
    'where nothing is lost and no clock was turned, nothing is accepted (OBS-1)',
  ],
  [
    accept,
    'await recordAudit(tx, {',
    'void ({',
    acceptTest,
    'a loss that cannot be put on record is not accepted (OBS-1)',
  ],
  [accept, 'stored.get(number) !== hash', '!stored.has(number)', acceptTest, reported],
  [
    accept,
    'if (!isPurged && ',
    'if (isPurged || ',
    purgeTest,
    'what was purged is no loss, and nobody accepts it as one (OBS-1)',
  ],
  [
    'platform/src/commands/audit.ts',
    ', ...accepted.flatMap(linesOf)]',
    ']',
    auditCommandTest,
    'a loss is accepted by name, and verify names it from then on (OBS-1)',
  ],
  [
    'platform/src/audit/verify.ts',
    "if (turned) return broken(turned.place, 'the clock was turned');",
    '',
    verifyTest,
    'found with its place: the clock is turned back for an event (OBS-1)',
  ],
  [
    'platform/src/audit/verify.ts',
    '!known.has(String(seal))',
    'known.size === 0',
    acceptTest,
    'a clock that was turned is accepted where it was, and nowhere else (OBS-1)',
  ],
  [
    'platform/src/audit/verify-seals.ts',
    ' || isBefore(sealedAt, before.sealedAt)',
    '',
    verifyTest,
    'found with its place: a seal is dated before the one before it (OBS-1)',
  ],
];

const sealing: readonly Row[] = [
  [
    migration,
    "old.sealed_at > now() - interval '400 days' or ",
    '',
    purgeTest,
    'a young seal stays also where its events are gone: it shows that they were there (OBS-1)',
  ],
  [
    migration,
    'exists (select from audit_seal where stream = old.stream and number < old.number)',
    'false',
    purgeTest,
    'the oldest seal goes first, also where a purge is on record (OBS-1)',
  ],
  [
    migration,
    'not exists (select from audit_seal where stream = old.stream and number > old.number)',
    'false',
    purgeTest,
    'the newest seal stays, also where a purge is on record (OBS-1)',
  ],
  [
    'platform/src/audit/purge.ts',
    'order by number limit',
    'order by number desc limit',
    purgeTest,
    'what is old goes, the newest seal stays, and the chain goes on from there (OBS-1)',
  ],
  [
    migration,
    'alter table audit_event enable always trigger audit_event_is_queued;',
    '',
    sealTest,
    'nobody chooses when an event happened, or what its digest is (OBS-1)',
  ],
  [
    migration,
    'alter table audit_event enable always trigger audit_event_is_admitted;',
    '',
    sealTest,
    'nobody chooses when an event happened, or what its digest is (OBS-1)',
  ],
  [
    migration,
    'alter table audit_seal enable always trigger audit_seal_is_append_only;',
    '',
    sealTest,
    asReplica('update audit_seal set number = 9'),
  ],
  [
    migration,
    'alter table audit_seal enable always trigger audit_seal_goes_when_old;',
    '',
    sealTest,
    asReplica('delete from audit_seal'),
  ],
  [
    migration,
    'alter table audit_purge enable always trigger audit_purge_is_append_only;',
    '',
    sealTest,
    asReplica('delete from audit_purge'),
  ],
];

const secrets: readonly Row[] = [
  [secretCommand, 'if (!noted.ok) return noted;', '', secretCommandTest, unrecorded],
  [
    secretCommand,
    "const noted = await changing.note({ action, outcome: 'success', subject });",
    "await change.apply();\n  const noted = await changing.note({ action, outcome: 'success', subject });",
    secretCommandTest,
    unrecorded,
  ],
  [
    secretCommand,
    "await changing.note({ action, outcome: 'failure', subject });",
    '',
    secretCommandTest,
    'it is on record before it happens, and its failure after (OBS-1)',
  ],
  [
    'platform/src/commands/secrets.ts',
    'recordAudit(tx, {',
    'Promise.resolve({',
    secretCommandTest,
    'who set a secret or rotated a key is on record (OBS-1)',
  ],
];

const typed: Row = [
  secretCommand,
  'if (input.isTTY)',
  'if (input.closed)',
  secretCommandTest,
  'a secret is not typed at a terminal, which would show it (HOOK-6)',
];

export const acceptanceMutations: readonly Mutation[] = [
  ...[...accepting, ...sealing, ...secrets].map((row) => mutationOf('OBS-1', row)),
  mutationOf('HOOK-6', typed),
];
