import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { SecretPlace } from '../contribution.ts';
import type { Statement } from '../iam.ts';
import { deny, itself, policy } from '../iam.ts';
import type { Place } from '../names.ts';
import { roleArn, secretName, secretsRoleName } from '../names.ts';

interface SecretsArgs {
  readonly settings: Place;
  readonly places: readonly SecretPlace[];
  readonly keys: { secrets(segment: string): aws.kms.Key };
  /** Who may read each place, as the names of roles. */
  readonly readers: (place: string) => readonly string[];
}

const RECOVERY_DAYS = 30;

const READING = ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'];
const WRITING = [
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecret',
  'secretsmanager:UpdateSecretVersionStage',
];

/** Places without values: whatever is written here would stand in Pulumi's state, encrypted or not. (SUPPLY-5) */
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
          policy: policy(onlyFor(settings, readers(place))),
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
 * Whatever else somebody is allowed in this account, an administrator too: the value is for these. People write it as a
 * role of theirs: a task has no input that a value could come by. (SUPPLY-5)
 */
function onlyFor(place: Place, readers: readonly string[]): readonly Statement[] {
  const butFor = (sid: string, actions: readonly string[], names: readonly string[]) =>
    deny({
      sid,
      actions,
      toAnybody: true,
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
    butFor('OnlyReadersRead', READING, readers),
    butFor('OnlyPeopleWrite', WRITING, [secretsRoleName(place.project)]),
  ];
}
