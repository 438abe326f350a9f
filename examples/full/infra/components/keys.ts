import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { readFileSync } from 'node:fs';
import type { KeyPurpose } from './contribution.ts';
import { encryptionPolicy, logsPolicy, serviceKeyPolicy, signingPolicy } from './key-policies.ts';
import type { Place } from './names.ts';
import { ownTags } from './names.ts';

interface PurposeKey {
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

// AWS rotates the material of an encryption key yearly. Old ciphertexts stay readable.
const ROTATION_DAYS = 365;
// The longest waiting period that AWS offers before it deletes a key and with it all that it encrypted.
const DELETION_DAYS = 30;

/** One key per purpose and segment: a stolen right on one key decrypts and signs nothing else. (SUPPLY-5) */
export class Keys extends pulumi.ComponentResource {
  readonly logs: aws.kms.Key;
  readonly #place: Place;
  readonly #bySegment = new Map<string, aws.kms.Key>();
  readonly #byPurpose = new Map<string, readonly PurposeKey[]>();

  constructor(name: string, { settings, purposes, generations = recorded }: KeysArgs) {
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

  /** Encrypts the database of a segment. */
  data(segment: string): aws.kms.Key {
    return this.#ofSegment(`${segment}-data`, `The database of ${segment}`, 'rds');
  }

  secrets(segment: string): aws.kms.Key {
    return this.#ofSegment(`${segment}-secrets`, `Secrets of ${segment}`, 'secretsmanager');
  }

  /** The newest generation first: it is the one in use. */
  purpose(name: string): readonly PurposeKey[] {
    const keys = this.#byPurpose.get(name);
    if (keys === undefined) throw new Error(`No module has a key for ${name}.`);
    return keys;
  }

  // Created on first use: a segment without a database has no key for one.
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
        // The deploy role may create a key but not change its policy. AWS refuses such a key without this flag.
        bypassPolicyLockoutSafetyCheck: true,
        tags: ownTags(this.#place),
        ...args,
      },
      { parent: this, protect: true },
    );
  }
}

/** AWS does not rotate signing keys, so `keys.json` has a line per generation. */
interface Generation {
  readonly generation: number;
  readonly notBefore: string;
  /** The end of its validity. Absent for the generation in use. */
  readonly notAfter?: string;
}

type Generations = Readonly<Record<string, readonly Generation[]>>;

const WHEN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

const recorded = JSON.parse(
  readFileSync(new URL('../keys.json', import.meta.url), 'utf8'),
) as Generations;

/**
 * The newest first. To rotate a key: add a line with the next number, give the line before it a `notAfter`, and deploy.
 * Never remove a line: the signatures of an old key still have to verify.
 */
export function generationsOf(all: Generations, purpose: string): readonly Generation[] {
  const lines = all[purpose] ?? [{ generation: 1, notBefore: '2026-01-01T00:00:00Z' }];
  const problem = lines
    .map((line, index) => problemOf(line, lines[index - 1], index))
    .find(Boolean);
  if (problem) throw new Error(`keys.json, ${purpose}: ${problem}`);
  if (lines.at(-1)?.notAfter !== undefined)
    throw new Error(`keys.json, ${purpose}: none is in use.`);
  return lines.toReversed();
}

function problemOf(
  { generation, notBefore, notAfter }: Generation,
  before: Generation | undefined,
  index: number,
): string | undefined {
  if (generation !== index + 1) return `generation ${index + 1} is missing.`;
  if (![notBefore, notAfter ?? notBefore].every((when) => WHEN.test(when)))
    return `generation ${generation} has a time that is none.`;
  if (before === undefined) return undefined;
  // Both are valid for an overlap: a process that is not yet replaced still signs with the old key.
  if (before.notAfter === undefined || before.notAfter < notBefore)
    return `generation ${before.generation} has to be good until the next one is.`;
  return undefined;
}
