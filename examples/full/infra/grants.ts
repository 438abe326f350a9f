import type { Grant, GrantAction } from './components/grants.ts';
import { anchoring, signing } from './components/grants.ts';

/**
 * What the programs of every project may do beyond starting and signing in to the database. Modules list their own grants
 * in `modules/`. A test compares all of them with the calls in the code, both ways. (SUPPLY-5)
 */
export const appGrants: readonly Grant[] = [
  ...signing('api', 'audit', 'Seals the audit trail every few seconds.'),
  ...anchoring('api', 'Anchors the seals where the owner of the database cannot change them.'),
  ...signing(
    'operator',
    'audit',
    'Signs what an operator accepts, and up to where the trail is purged.',
  ),
  ...anchoring('operator', 'Anchors what an operator accepts, and verifies the whole trail.'),
];

/** Calls that a program's code could make and its role may not: AWS refuses them, and no command makes them. */
export const withheld: readonly {
  readonly role: string;
  readonly action: GrantAction;
  readonly why: string;
}[] = [
  ...each(
    'operator',
    ['secretsmanager:GetSecretValue'],
    'An attacker could take from an operator what an operator can read.',
  ),
  ...each(
    'operator',
    ['kms:GenerateDataKey', 'kms:Decrypt'],
    'Operators move deliveries and messages along without reading them.',
  ),
  ...each(
    'logins',
    ['rds-db:connect'],
    'Signs in as the master user, with the password that RDS keeps.',
  ),
  ...each(
    'worker',
    ['secretsmanager:GetSecretValue'],
    'Only the program that receives deliveries verifies them: a module grants what its jobs need.',
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
    'Opens the stores but seals nothing: the service seals the trail.',
  ),
];

function each(role: string, actions: readonly GrantAction[], why: string) {
  return actions.map((action) => ({ role, action, why }));
}
