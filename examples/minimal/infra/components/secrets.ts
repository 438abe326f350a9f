import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { SecretPlace } from './contribution.ts';
import type { Statement } from './iam.ts';
import { deny, itself, policy } from './iam.ts';
import type { Place } from './names.ts';
import { roleArn, secretName, secretsRoleName } from './names.ts';

interface SecretsArgs {
  readonly settings: Place;
  readonly places: readonly SecretPlace[];
  readonly keys: { secrets(segment: string): aws.kms.Key };
  /** The names of the roles that may read each secret. */
  readonly readers: (place: string) => readonly string[];
}

const RECOVERY_DAYS = 30;

const READING = ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'];
const WRITING = [
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecret',
  'secretsmanager:UpdateSecretVersionStage',
];

/** Secrets without values: Pulumi's state would contain any value that the program sets. (SUPPLY-5) */
export class Secrets extends pulumi.ComponentResource {
  readonly #places = new Map<string, aws.secretsmanager.Secret>();

  constructor(name: string, { settings, places, keys, readers }: SecretsArgs) {
    super('app:infra:Secrets', name);
    for (const { name: place, segment, why, rotateEveryDays } of places) {
      const secret = new aws.secretsmanager.Secret(
        `secret-${place.replaceAll('/', '-')}`,
        {
          name: secretName(settings, place),
          description: why,
          kmsKeyId: keys.secrets(segment).arn,
          recoveryWindowInDays: RECOVERY_DAYS,
          tags: { 'rotate-every-days': String(rotateEveryDays) },
        },
        { parent: this, protect: true },
      );
      new aws.secretsmanager.SecretPolicy(
        `secret-${place.replaceAll('/', '-')}`,
        {
          secretArn: secret.arn,
          blockPublicPolicy: true,
          policy: policy(readAndWriteRestrictions(settings, readers(place))),
        },
        { parent: this },
      );
      this.#places.set(place, secret);
    }
    this.registerOutputs();
  }

  place(name: string): aws.secretsmanager.Secret {
    const secret = this.#places.get(name);
    if (secret === undefined) throw new Error(`No module has a place for the secret ${name}.`);
    return secret;
  }
}

/**
 * Denies every other principal of the account, administrators included, to read the value. People write it as the role
 * for that, because a task has no input for a value. (SUPPLY-5)
 */
function readAndWriteRestrictions(place: Place, readers: readonly string[]): readonly Statement[] {
  const denyExcept = (sid: string, actions: readonly string[], names: readonly string[]) =>
    deny({
      sid,
      actions,
      toAll: true,
      on: [itself],
      ...(names.length > 0 && {
        when: {
          ArnNotEquals: {
            'aws:PrincipalArn': names.map((name) => roleArn(place, name)),
          },
        },
      }),
    });
  return [
    denyExcept('OnlyReadersRead', READING, readers),
    denyExcept('OnlyPeopleWrite', WRITING, [secretsRoleName(place.project)]),
  ];
}
