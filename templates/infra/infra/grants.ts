import type { Contribution, MailIdentity, Program } from './contribution.ts';
import { SIGNING_ALGORITHM } from './components/key-policies.ts';
import type { Condition, Grant } from './iam.ts';
import type { Place } from './names.ts';

/** What a condition has to name of the place: the rest of a grant is the same in every environment. */
type Where = Pick<Place, 'region'>;

const anchors = { bucket: 'anchors' } as const;

/** Signing names its algorithm, so this condition stands by itself: on a statement with another action it would refuse that. */
export function signing(role: string, purpose: string, why: string): readonly Grant[] {
  const target: Grant['target'] = { kind: 'key', purpose };
  return [
    {
      role,
      actions: ['kms:Sign'],
      target,
      condition: { StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM } },
      why,
      usedBy: 'platform/src/aws/key-store.ts',
    },
    verifying(role, purpose, 'Verifies what it signed, with the public half.'),
  ];
}

export function verifying(role: string, purpose: string, why: string): Grant {
  return {
    role,
    actions: ['kms:GetPublicKey'],
    target: { kind: 'key', purpose },
    why,
    usedBy: 'platform/src/aws/key-store.ts',
  };
}

/** Envelopes of one purpose: the key tells them apart by what they are bound to. */
export function encrypting(role: string, purpose: string, why: string): Grant {
  return {
    role,
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    target: { kind: 'key', purpose },
    condition: { StringEquals: { 'kms:EncryptionContext:purpose': purpose } },
    why,
    usedBy: 'platform/src/aws/envelope.ts',
  };
}

export function readingSecret(role: string, name: string, why: string): Grant {
  return {
    role,
    actions: ['secretsmanager:GetSecretValue'],
    target: { kind: 'secret', name },
    why,
    usedBy: 'platform/src/aws/secret-store.ts',
  };
}

/** From one address, whatever else the domain has. */
export function mailing(role: string, { from, sender }: MailIdentity, why: string): Grant {
  return {
    role,
    actions: ['ses:SendEmail'],
    target: { kind: 'mail', from },
    condition: { StringEquals: { 'ses:FromAddress': `${sender}@${from}` } },
    why,
    usedBy: 'platform/src/aws/mailer.ts',
  };
}

export function anchoring(role: string, why: string): readonly Grant[] {
  return [
    {
      role,
      // The lock is written with the object, which takes the right to set one; the archive refuses a shorter one.
      actions: ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject'],
      target: { kind: 'objects', ...anchors },
      why,
      usedBy: 'platform/src/aws/anchor-log.ts',
    },
    {
      role,
      actions: ['s3:ListBucket'],
      target: { kind: 'bucket', ...anchors },
      why: 'Finds the newest anchor, which the next one continues.',
      usedBy: 'platform/src/aws/anchor-log.ts',
    },
  ];
}

/** What the programs that every project has may do. */
const ofTheApp: readonly Grant[] = [
  ...signing('api', 'audit', 'Seals the audit trail every few seconds.'),
  ...anchoring('api', 'Anchors the seals where whoever owns the database cannot reach.'),
  ...signing(
    'operator',
    'audit',
    'Signs what an operator accepts, and what the trail is purged up to.',
  ),
  ...anchoring('operator', 'Anchors what an operator accepts, and verifies the whole trail.'),
];

/** All that any role may do. A module's grants are those of its contribution. (SUPPLY-5) */
export function grantsOf(contributions: readonly Contribution[], where: Where): readonly Grant[] {
  const programs = contributions.flatMap((one) => one.programs ?? []);
  const stated = unique([
    ...programs.flatMap((program) => [...starting(program), ...connecting(program)]),
    ...ofTheApp.filter(({ role }) => programs.some(({ id }) => id === role)),
    ...contributions
      .flatMap(({ grants = [] }) => grants)
      .filter(({ role, ifThere }) => !ifThere || programs.some(({ id }) => id === role)),
  ]);
  return [...stated, ...stated.flatMap((grant) => beside(grant, where))];
}

// What comes by itself a module may say again, and keys of secrets and buckets it may leave to what is derived below.
function unique(grants: readonly Grant[]): readonly Grant[] {
  const keyOfOne = ({ role, actions, target }: Grant) => JSON.stringify([role, actions, target]);
  return grants.filter(
    (grant, index) =>
      !grant.target.kind.startsWith('key-of-') &&
      grants.findIndex((other) => keyOfOne(other) === keyOfOne(grant)) === index,
  );
}

/** What the container agent does, before a line of ours runs: the task itself has no right to. */
function starting({ id, service }: Program): readonly Grant[] {
  const role = `${id}:start`;
  return [
    {
      role,
      actions: ['ecr:GetAuthorizationToken'],
      target: { kind: 'imposed' },
      why: 'Logs in to the registry.',
      usedBy: 'ecs',
    },
    {
      role,
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      target: { kind: 'repository', service },
      why: 'Pulls the image of this service.',
      usedBy: 'ecs',
    },
    {
      role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      target: { kind: 'log', program: id },
      why: 'Writes what the program prints into its own log.',
      usedBy: 'ecs',
    },
  ];
}

function connecting({ id, segment, login }: Program): readonly Grant[] {
  if (login === undefined) return [];
  return [
    {
      role: id,
      actions: ['rds-db:connect'],
      target: { kind: 'login', segment, login },
      why: 'Signs in to the database as itself, without a password.',
      usedBy: 'platform/src/aws/database-sign-in.ts',
    },
  ];
}

/**
 * AWS encrypts and decrypts with the caller's own rights, though no code of ours calls it: each of these goes with the
 * action on the left, through that service and no other way.
 */
export const sides: Readonly<
  Partial<Record<Grant['actions'][number], { service: string; actions: Grant['actions'] }>>
> = {
  'secretsmanager:GetSecretValue': { service: 'secretsmanager', actions: ['kms:Decrypt'] },
  's3:GetObject': { service: 's3', actions: ['kms:Decrypt'] },
  's3:PutObject': { service: 's3', actions: ['kms:GenerateDataKey'] },
};

function beside({ role, actions, target }: Grant, { region }: Where): readonly Grant[] {
  if (target.kind !== 'secret' && target.kind !== 'objects') return [];
  return actions.flatMap((action) => {
    const side = sides[action];
    if (side === undefined) return [];
    const condition: Condition = {
      StringEquals: { 'kms:ViaService': `${side.service}.${region}.amazonaws.com` },
    };
    return [
      {
        role,
        actions: side.actions,
        target: keyOf(target),
        condition,
        why: `${action} of what is encrypted with a key of ours.`,
        usedBy: `aws:${action}`,
      },
    ];
  });
}

function keyOf(target: Extract<Grant['target'], { kind: 'secret' | 'objects' }>): Grant['target'] {
  if (target.kind === 'secret') return { kind: 'key-of-secret', name: target.name };
  return { kind: 'key-of-bucket', bucket: target.bucket };
}

/** What a program's code could call and its role may not: each call there would be refused, and none is made. */
export const withheld: readonly {
  readonly role: string;
  readonly action: Grant['actions'][number];
  readonly why: string;
}[] = [
  ...each(
    'operator',
    ['secretsmanager:GetSecretValue'],
    'What operators can read back can be taken from them.',
  ),
  ...each(
    'operator',
    ['kms:GenerateDataKey', 'kms:Decrypt'],
    'Operators move things along and read none of them.',
  ),
  ...each(
    'logins',
    ['rds-db:connect'],
    'Signs in as who has made the database, with what RDS keeps for that.',
  ),
  ...each(
    'worker',
    ['secretsmanager:GetSecretValue'],
    'What deliveries are proven with is for where they arrive: a module grants what its jobs need.',
  ),
  ...each(
    'worker',
    [
      'kms:Sign',
      'kms:GetPublicKey',
      's3:PutObject',
      's3:PutObjectRetention',
      's3:GetObject',
      's3:ListBucket',
    ],
    'Opens the stores and seals nothing: the service does.',
  ),
];

function each(role: string, actions: Grant['actions'], why: string) {
  return actions.map((action) => ({ role, action, why }));
}

/** Who reads a place, for the place's own policy. Nobody is granted to write one: a person does, as a role of `bootstrap/`. */
export function readersOf(place: string, grants: readonly Grant[]): readonly string[] {
  return grants
    .filter(
      ({ target, actions }) =>
        target.kind === 'secret' &&
        target.name === place &&
        actions.includes('secretsmanager:GetSecretValue'),
    )
    .map(({ role }) => role);
}
