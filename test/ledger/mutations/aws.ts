import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const keyStoreTest = 'proofs/aws/key-store.test.ts';
const awsTest = 'platform/test/aws.test.ts';
const secretStoreTest = 'proofs/aws/secret-store.test.ts';
const anchorLogTest = 'proofs/aws/anchor-log.test.ts';
const loginsTest = 'proofs/aws/logins.test.ts';

export const awsMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/aws/key-store.ts', [
    [
      'HOOK-6',
      "createHash('sha256').update(boundFields([], bound))",
      "createHash('sha256').update(name)",
      keyStoreTest,
      'what AWS is told of a message is a digest of where it belongs (HOOK-6)',
    ],
    [
      'HOOK-6',
      'cipher.setAAD(authenticated(head, place)).setAuthTag(tag);',
      "cipher.setAAD(authenticated(head, { ...place, bound: ['x'] })).setAuthTag(tag);",
      keyStoreTest,
      'AWS: what is encrypted opens where it was bound, and nowhere else (HOOK-6)',
    ],
    [
      'HOOK-6',
      'isGoodAt(key, at) && verifies(key.publicKey, bytes, signature)',
      'verifies(key.publicKey, bytes, signature)',
      keyStoreTest,
      'AWS: a rotated key verifies for the overlap, and what it proved then',
    ],
    [
      'HOOK-6',
      '&& verifies(key.publicKey, bytes, signature)',
      '',
      keyStoreTest,
      'AWS: what it signed verifies, and nothing else does (OBS-1)',
    ],
    [
      'HOOK-6',
      'if (known) return known;',
      '',
      keyStoreTest,
      'verifying asks KMS once, and each message has a data key of its own (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/aws/client.ts', [
    [
      'HOOK-6',
      "${/^[A-Za-z]{1,60}$/.test(name) ? name : 'no reason given'}",
      '${(error as Error).message}',
      keyStoreTest,
      'what AWS refuses is an error of ours that quotes nothing (HOOK-6)',
    ],
    [
      'HOOK-6',
      'held.expiration.getTime() - now() > REFRESH_BEFORE_MS',
      'held.expiration.getTime() > now()',
      awsTest,
      'credentials come from the task, once for all who ask, and in time (HOOK-6)',
    ],
    [
      'HOOK-6',
      'asking ??= ask(url)',
      'asking = ask(url)',
      awsTest,
      'credentials come from the task, once for all who ask, and in time (HOOK-6)',
    ],
    [
      'HOOK-4',
      '    disableClockSkewCorrection: false,\n',
      '',
      awsTest,
      'no client looks into a file of the machine, not even for its settings (HOOK-6)',
    ],
    [
      'HOOK-4',
      '    userAgentAppId: async () => undefined,\n',
      '',
      awsTest,
      'no client looks into a file of the machine, not even for its settings (HOOK-6)',
    ],
    [
      'HOOK-4',
      '    useFipsEndpoint: false,\n',
      '',
      'proofs/aws-mail/mailer-ses.test.ts',
      'no file of the machine is looked into, not even for settings (HOOK-6)',
    ],
    [
      'HOOK-4',
      '    useArnRegion: false,\n',
      '',
      awsTest,
      'no client looks into a file of the machine, not even for its settings (HOOK-6)',
    ],
    [
      'HOOK-4',
      '  if (url.origin !== ADDRESS)\n',
      '  if (url.origin === ADDRESS && path.length > 200)\n',
      awsTest,
      'no other host is asked for credentials, whatever the path says (HOOK-4)',
    ],
  ]),
  ...mutationsOf('platform/src/aws/secret-store.ts', [
    [
      'HOOK-6',
      "VersionStage: 'AWSCURRENT'",
      "VersionStage: 'AWSPENDING'",
      secretStoreTest,
      'what a rotation has only prepared is not served (HOOK-6)',
    ],
    [
      'HOOK-6',
      'isRefused ? REFUSED_MS : KEPT_MS',
      'KEPT_MS',
      secretStoreTest,
      'one that another side refused is looked for again, and not in a storm (HOOK-6)',
    ],
    [
      'HOOK-6',
      'isRefused ? REFUSED_MS : KEPT_MS',
      'isRefused ? 0 : KEPT_MS',
      secretStoreTest,
      'one that another side refused is looked for again, and not in a storm (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/aws/database-sign-in.ts', [
    [
      'HOOK-6',
      '    ca: authoritiesOf(region),',
      '    ca: [profiles.ca].flat(),',
      'proofs/aws/database-sign-in.test.ts',
      'they are those of the region, by themselves and for years to come',
    ],
    [
      'HOOK-6',
      'if (passwordFile !== undefined || caFile !== undefined)',
      'if (passwordFile !== undefined)',
      'proofs/aws/stores.process.test.ts',
      'the database is entered as the task, or with a password, and not with both (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/aws/anchor-log.ts', [
    [
      'OBS-1',
      "      IfNoneMatch: '*',\n",
      '',
      awsTest,
      'of two that write at the same time one is told, and neither line is lost (OBS-1)',
    ],
    [
      'OBS-1',
      'const number = (last ?? (await newest())) + 1;',
      'const number = (await newest()) + 1;',
      awsTest,
      'of two that write at the same time one is told, and neither line is lost (OBS-1)',
    ],
    [
      'OBS-1',
      "ObjectLockMode: 'COMPLIANCE'",
      "ObjectLockMode: 'GOVERNANCE'",
      awsTest,
      'each anchor is locked for 400 days as it is written (OBS-1)',
    ],
    [
      'OBS-1',
      'const RETAIN_DAYS = 400;',
      'const RETAIN_DAYS = 40;',
      awsTest,
      'each anchor is locked for 400 days as it is written (OBS-1)',
    ],
    [
      'OBS-1',
      'while (next !== undefined)',
      "while (next === '')",
      anchorLogTest,
      'AWS: lines stay in order, and the last one is the last (OBS-1)',
    ],
    [
      'OBS-1',
      'key !== keyOf(index + 1)',
      'key.length === index',
      anchorLogTest,
      'a line that is missing, or is none of ours, is noticed (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/aws/logins.ts', [
    [
      'AUTHZ-4',
      '  await run(tx, `revoke all on database ${database} from public`);\n',
      '',
      loginsTest,
      'nobody else connects to the database, and who made it owns nothing of it (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      '  await run(tx, `revoke ${owner} from ${self}`);\n',
      '',
      loginsTest,
      'nobody else connects to the database, and who made it owns nothing of it (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'await run(tx, `grant ${SERVICE_ROLE} to ${service}, ${owner}`);',
      'await run(tx, `grant ${SERVICE_ROLE}, ${OPERATOR_ROLE} to ${service}, ${owner}`);',
      loginsTest,
      'each login has its own rights and no password, a second time as the first (AUTHZ-4)',
    ],
  ]),
];
