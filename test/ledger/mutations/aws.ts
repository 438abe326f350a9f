import type { Mutation, Row } from './mutation.ts';
import { mutationOf } from './mutation.ts';

const aws = (file: string) => `platform/src/aws/${file}`;
const [keyStore, keyTest] = [aws('key-store.ts'), aws('key-store.test.ts')];
const [envelope, credentials] = [aws('envelope.ts'), aws('credentials.ts')];
const [secretStore, secretTest] = [aws('secret-store.ts'), aws('secret-store.test.ts')];
const [anchorLog, anchorTest] = [aws('anchor-log.ts'), aws('anchor-log.test.ts')];
const [signIn, signInTest] = [aws('database-sign-in.ts'), aws('database-sign-in.test.ts')];
const credentialsTest = aws('credentials.test.ts');
const loginsTest = aws('logins.test.ts');
const egressTest = aws('egress.test.ts');
const storesTest = 'proofs/aws/stores.process.test.ts';

const quotesNothing = 'what AWS refuses is an error of ours that quotes nothing (HOOK-6)';
const once = 'verifying asks KMS once, and each message has a data key of its own (HOOK-6)';
const two = 'of two that write at the same time one is told, and neither line is lost (OBS-1)';

const kept: readonly Row[] = [
  [
    envelope,
    "createHash('sha256').update(boundFields([], bound))",
    "createHash('sha256').update(name)",
    keyTest,
    'what AWS is told of a message is a digest of where it belongs (HOOK-6)',
  ],
  [
    envelope,
    'cipher.setAAD(authenticated(head, place)).setAuthTag(tag);',
    "cipher.setAAD(authenticated(head, { ...place, bound: ['x'] })).setAuthTag(tag);",
    keyTest,
    'AWS: what is encrypted opens where it was bound, and nowhere else (HOOK-6)',
  ],
  [
    keyStore,
    'isGoodAt(key, at) && verifies(key.publicKey, bytes, signature)',
    'verifies(key.publicKey, bytes, signature)',
    keyTest,
    'AWS: a rotated key verifies for the overlap, and what it proved then',
  ],
  [
    keyStore,
    '&& verifies(key.publicKey, bytes, signature)',
    '',
    keyTest,
    'AWS: what it signed verifies, and nothing else does (OBS-1)',
  ],
  [keyStore, 'if (known) return known;', '', keyTest, once],
  [
    aws('access.ts'),
    "${/^[A-Za-z]{1,60}$/.test(name) ? name : 'no reason given'}",
    '${(error as Error).message}',
    keyTest,
    quotesNothing,
  ],
  [
    secretStore,
    "VersionStage: 'AWSCURRENT'",
    "VersionStage: 'AWSPENDING'",
    secretTest,
    'what a rotation has only prepared is not served (HOOK-6)',
  ],
  [
    secretStore,
    'isRefused ? REFUSED_MS : KEPT_MS',
    'KEPT_MS',
    secretTest,
    'one that another side refused is looked for again, and not in a storm (HOOK-6)',
  ],
  [
    secretStore,
    'isRefused ? REFUSED_MS : KEPT_MS',
    'isRefused ? 0 : KEPT_MS',
    secretTest,
    'one that another side refused is looked for again, and not in a storm (HOOK-6)',
  ],
  [
    credentials,
    'held.expiration.getTime() - now() > REFRESH_BEFORE_MS',
    'held.expiration.getTime() > now()',
    credentialsTest,
    'credentials come from the task, once for all who ask, and in time (HOOK-6)',
  ],
  [
    credentials,
    'asking ??= ask(url)',
    'asking = ask(url)',
    credentialsTest,
    'credentials come from the task, once for all who ask, and in time (HOOK-6)',
  ],
  [
    signIn,
    '    ca: authoritiesOf(region),',
    '    ca: [profiles.ca].flat(),',
    signInTest,
    'they are those of the region, by themselves and for years to come',
  ],
  [
    'services/api/modules/infra/database-sign-in.ts',
    'if (passwordFile !== undefined || caFile !== undefined)',
    'if (passwordFile !== undefined)',
    storesTest,
    'the database is entered as the task, or with a password, and not with both (HOOK-6)',
  ],
];

const letOut: readonly Row[] = [
  [
    'platform/src/aws/client.ts',
    '    disableClockSkewCorrection: false,\n',
    '',
    egressTest,
    'no client looks into a file of the machine, not even for its settings (HOOK-6)',
  ],
  [
    'platform/src/aws/client.ts',
    '    userAgentAppId: async () => undefined,\n',
    '',
    egressTest,
    'no client looks into a file of the machine, not even for its settings (HOOK-6)',
  ],
  [
    'platform/src/aws/client.ts',
    '    useFipsEndpoint: false,\n',
    '',
    aws('mailer-ses.test.ts'),
    'no file of the machine is looked into, not even for settings (HOOK-6)',
  ],
  [
    'platform/src/aws/client.ts',
    '    useArnRegion: false,\n',
    '',
    egressTest,
    'no client looks into a file of the machine, not even for its settings (HOOK-6)',
  ],
  [
    credentials,
    '  if (url.origin !== ADDRESS)\n',
    '  if (url.origin === ADDRESS && path.length > 200)\n',
    credentialsTest,
    'no other host is asked for credentials, whatever the path says (HOOK-4)',
  ],
  [
    'security/egress/infra.json',
    '"host": "169.254.170.2"',
    '"host": "169.254.169.254"',
    egressTest,
    'the credentials of the task are let out for, and those of the machine are not (HOOK-4)',
  ],
];

const anchored: readonly Row[] = [
  [anchorLog, "      IfNoneMatch: '*',\n", '', anchorTest, two],
  [
    anchorLog,
    'const number = (last ?? (await newest())) + 1;',
    'const number = (await newest()) + 1;',
    anchorTest,
    two,
  ],
  [
    anchorLog,
    "ObjectLockMode: 'COMPLIANCE'",
    "ObjectLockMode: 'GOVERNANCE'",
    anchorTest,
    'each anchor is locked for 400 days as it is written (OBS-1)',
  ],
  [
    anchorLog,
    'const RETAIN_DAYS = 400;',
    'const RETAIN_DAYS = 40;',
    anchorTest,
    'each anchor is locked for 400 days as it is written (OBS-1)',
  ],
  [
    anchorLog,
    'while (next !== undefined)',
    "while (next === '')",
    anchorTest,
    'AWS: lines stay in order, and the last one is the last (OBS-1)',
  ],
  [
    anchorLog,
    'key !== keyOf(index + 1)',
    'key.length === index',
    anchorTest,
    'a line that is missing, or is none of ours, is noticed (OBS-1)',
  ],
];

const granted: readonly Row[] = [
  [
    aws('logins.ts'),
    '  await run(tx, `revoke all on database ${database} from public`);\n',
    '',
    loginsTest,
    'nobody else connects to the database, and who made it owns nothing of it (AUTHZ-4)',
  ],
  [
    aws('logins.ts'),
    '  await run(tx, `revoke ${owner} from ${self}`);\n',
    '',
    loginsTest,
    'nobody else connects to the database, and who made it owns nothing of it (AUTHZ-4)',
  ],
  [
    aws('logins.ts'),
    'await run(tx, `grant ${SERVICE_ROLE} to ${service}, ${owner}`);',
    'await run(tx, `grant ${SERVICE_ROLE}, ${OPERATOR_ROLE} to ${service}, ${owner}`);',
    loginsTest,
    'each login has its own rights and no password, a second time as the first (AUTHZ-4)',
  ],
  [
    'platform/src/service/store-place.ts',
    '  if (places.length > 1)\n',
    '  if (places.length > 2)\n',
    'proofs/service/store-place.test.ts',
    'two places, and none, are one sentence each',
  ],
];

const mailed: readonly Row[] = [
  [
    'platform/src/mail/mail.ts',
    ' || /\\p{Cc}/u.test(subject)',
    '',
    'proofs/mail/mailer.test.ts',
    'local: no mail adds a header, a recipient or nothing at all (HOOK-6)',
  ],
  [
    'platform/src/mail/mail.ts',
    '  if (mailAddress(to) === undefined)',
    '  if (to.length === 0)',
    'proofs/mail/mailer.test.ts',
    'local: no mail adds a header, a recipient or nothing at all (HOOK-6)',
  ],
  [
    'platform/src/local/mailer.ts',
    '      requireSendable(mail);\n',
    '',
    'proofs/mail/mailer.test.ts',
    'local: no mail adds a header, a recipient or nothing at all (HOOK-6)',
  ],
];

export const awsMutations: readonly Mutation[] = [
  ...[...kept, ...mailed].map((row) => mutationOf('HOOK-6', row)),
  ...letOut.map((row) => mutationOf('HOOK-4', row)),
  ...anchored.map((row) => mutationOf('OBS-1', row)),
  ...granted.map((row) => mutationOf('AUTHZ-4', row)),
];
