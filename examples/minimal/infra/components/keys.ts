import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { KeyPurpose } from '../contribution.ts';
import type { Generations } from '../generations.ts';
import { generationsOf, generations as written } from '../generations.ts';
import type { Place } from '../names.ts';
import { ownTags } from '../names.ts';
import { encryptionPolicy, logsPolicy, serviceKeyPolicy, signingPolicy } from './key-policies.ts';

export interface PurposeKey {
  readonly arn: pulumi.Output<string>;
  readonly generation: number;
  readonly notBefore: string;
  readonly notAfter?: string;
}

interface KeysArgs {
  readonly settings: Place;
  readonly purposes: readonly KeyPurpose[];
  readonly generations?: Generations;
}

// After a year the material of an encrypting key is new; what the old encrypted still opens.
const ROTATION_DAYS = 365;
// The longest that AWS waits before a key, and with it all that it encrypted, is gone.
const DELETION_DAYS = 30;

/** One key for one thing in one segment, so that none opens or proves what is another's. (SUPPLY-5) */
export class Keys extends pulumi.ComponentResource {
  readonly logs: aws.kms.Key;
  readonly #place: Place;
  readonly #bySegment = new Map<string, aws.kms.Key>();
  readonly #byPurpose = new Map<string, readonly PurposeKey[]>();

  constructor(name: string, { settings, purposes, generations = written }: KeysArgs) {
    super('app:infra:Keys', name);
    this.#place = settings;
    this.logs = this.#symmetric('logs', 'Logs, anchors and alarms', logsPolicy(settings));
    for (const { purpose, segment, use, why } of purposes) {
      this.#byPurpose.set(
        purpose,
        use === 'sign'
          ? this.#signing(purpose, segment, why, generations)
          : [this.#encrypting(purpose, segment, why)],
      );
    }
    this.registerOutputs();
  }

  /** The database of a segment, at rest. */
  data(segment: string): aws.kms.Key {
    return this.#ofSegment(`${segment}-data`, `The database of ${segment}`, 'rds');
  }

  secrets(segment: string): aws.kms.Key {
    return this.#ofSegment(`${segment}-secrets`, `Secrets of ${segment}`, 'secretsmanager');
  }

  /** The newest first: that is the one in use. */
  purpose(name: string): readonly PurposeKey[] {
    const keys = this.#byPurpose.get(name);
    if (keys === undefined) throw new Error(`No module has a key for ${name}.`);
    return keys;
  }

  // Made when it is first asked for: a segment without a database has no key for one.
  #ofSegment(name: string, description: string, service: string): aws.kms.Key {
    const policy = () => serviceKeyPolicy(this.#place, service);
    const key = this.#bySegment.get(name) ?? this.#symmetric(name, description, policy());
    this.#bySegment.set(name, key);
    return key;
  }

  #signing(purpose: string, segment: string, why: string, all: Generations): PurposeKey[] {
    return generationsOf(all, purpose).map((generation) => ({
      ...generation,
      arn: this.#key(`${purpose}-${generation.generation}`, {
        description: why,
        keyUsage: 'SIGN_VERIFY',
        customerMasterKeySpec: 'ECC_NIST_P256',
        policy: signingPolicy(this.#place, segment),
      }).arn,
    }));
  }

  #encrypting(purpose: string, segment: string, why: string): PurposeKey {
    const { arn } = this.#symmetric(purpose, why, encryptionPolicy(this.#place, purpose, segment));
    return { arn, generation: 1, notBefore: '1970-01-01T00:00:00Z' };
  }

  #symmetric(name: string, description: string, policy: pulumi.Output<string>): aws.kms.Key {
    return this.#key(name, {
      description,
      policy,
      enableKeyRotation: true,
      rotationPeriodInDays: ROTATION_DAYS,
    });
  }

  #key(name: string, args: aws.kms.KeyArgs): aws.kms.Key {
    return new aws.kms.Key(
      `key-${name}`,
      {
        deletionWindowInDays: DELETION_DAYS,
        // Who deploys may make a key and not change its policy; AWS refuses such a key unless told that it is meant.
        bypassPolicyLockoutSafetyCheck: true,
        tags: ownTags(this.#place),
        ...args,
      },
      { parent: this, protect: true },
    );
  }
}
