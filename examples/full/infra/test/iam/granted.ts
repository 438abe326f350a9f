import type { Contribution, Program } from '../../components/contribution.ts';
import { withheld } from '../../grants.ts';
import type { Grant } from '../../components/grants.ts';
import type { Reach } from './calls.ts';

export interface Difference {
  /** Called by code that the program can load, but not granted. */
  readonly missing: readonly string[];
  /** Granted, but called by no code that the program can load. */
  readonly excess: readonly string[];
  /** Granted for a file that does not make the call, or that the program does not load. */
  readonly misplaced: readonly string[];
}

/** The container agent and AWS itself use the other grants. */
function isOfCode({ usedBy }: Grant): boolean {
  return usedBy !== 'ecs' && !usedBy.startsWith('aws:');
}

export function differenceOf(
  program: Program,
  reach: Reach,
  grants: readonly Grant[],
  contributions: readonly Contribution[],
): Difference {
  const own = grants.filter((grant) => grant.role === program.id && isOfCode(grant));
  const granted = new Set<string>(own.flatMap(({ actions }) => actions));
  const called = new Set(reach.calls.map(({ action }) => action));
  return {
    missing: [...called].filter(
      (action) =>
        !granted.has(action) &&
        !isWithheld(program, action) &&
        hasTarget(action, program, contributions),
    ),
    excess: [...granted].filter((action) => !called.has(action)),
    misplaced: own.flatMap(({ actions, usedBy }) =>
      actions
        .filter(
          (action) => !reach.calls.some((call) => call.action === action && call.by === usedBy),
        )
        .map((action) => `${action} for ${usedBy}`),
    ),
  };
}

function isWithheld({ id }: Program, action: string): boolean {
  return withheld.some((one) => one.role === id && one.action === action);
}

/** Without a key, a secret or a mail identity there is nothing to grant: the adapter fails before it calls AWS. */
function hasTarget(
  action: string,
  { segment }: Program,
  contributions: readonly Contribution[],
): boolean {
  const keys = contributions.flatMap(({ keys: own = [] }) => own);
  const places = contributions.flatMap(({ secrets: own = [] }) => own);
  const mail = contributions.flatMap(({ mail: own = [] }) => own);
  const isThere = (use: 'sign' | 'encrypt') =>
    keys.some((key) => key.use === use && key.segment === segment);
  switch (action) {
    case 'kms:GenerateDataKey':
    case 'kms:Decrypt':
      return isThere('encrypt');
    case 'kms:Sign':
    case 'kms:GetPublicKey':
      return isThere('sign');
    case 'secretsmanager:GetSecretValue':
    case 'secretsmanager:PutSecretValue':
      return places.some((place) => place.segment === segment);
    case 'ses:SendEmail':
      return mail.length > 0;
    default:
      return true;
  }
}
