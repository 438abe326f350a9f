import * as pulumi from '@pulumi/pulumi';
import type { Database } from './components/database.ts';
import { MASTER } from './components/database.ts';
import type { Keys } from './components/keys.ts';
import type { Network } from './components/network.ts';
import type { KeyPurpose, MailIdentity } from './contribution.ts';
import type { Grant } from './iam.ts';
import { secretName } from './names.ts';
import type { PlannedProgram } from './plan.ts';
import type { Settings } from './settings.ts';

export interface Surroundings {
  readonly settings: Settings;
  readonly network: Network;
  readonly keys: Keys;
  readonly purposes: readonly KeyPurpose[];
  readonly grants: readonly Grant[];
  readonly identities: readonly MailIdentity[];
  readonly anchors: pulumi.Input<string>;
  /** By segment. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly proxyHost?: pulumi.Input<string>;
}

/** What a program is told: where things are and what they are called, and nothing that opens any of them. (SUPPLY-5) */
export function environmentOf(
  program: PlannedProgram,
  surroundings: Surroundings,
): Readonly<Record<string, pulumi.Input<string>>> {
  const { settings, network, anchors, proxyHost } = surroundings;
  const { region, domain, proxy } = settings;
  const isOut = program.wayOut.ports.length > 0;
  return {
    AWS_REGION: region,
    KMS_ENDPOINT: `https://kms.${region}.amazonaws.com`,
    SECRETS_ENDPOINT: `https://secretsmanager.${region}.amazonaws.com`,
    S3_ENDPOINT: `https://s3.${region}.amazonaws.com`,
    KMS_KEYS: keysOf(program, surroundings),
    SECRETS_PREFIX: secretName(settings, ''),
    ANCHORS_BUCKET: anchors,
    ...databaseOf(program, surroundings),
    ...mailOf(program, surroundings),
    PUBLIC_ORIGIN: `https://${domain}`,
    TRUSTED_PROXIES: network.edge.ranges.join(','),
    ...(program.listens && { HOST: '0.0.0.0', PORT: String(program.listens.port) }),
    ...(proxy &&
      proxyHost !== undefined &&
      isOut && {
        EGRESS_PROXY: pulumi.interpolate`http://${proxyHost}:${proxy.port}`,
      }),
    ...program.environment,
  };
}

// No password: the token that it signs in with lasts for a quarter of an hour, and is made from what it is.
function databaseOf({ login, asMaster, segment }: PlannedProgram, { databases }: Surroundings) {
  const database = databases.get(segment);
  if (!database) return {};
  const { endpoint, port, masterSecretArn } = database;
  const as = (who: string) => pulumi.interpolate`postgres://${who}@${endpoint}:${port}/app`;
  if (asMaster) return { DATABASE_URL: as(MASTER), DATABASE_MASTER_SECRET: masterSecretArn };
  return login === undefined ? {} : { DATABASE_URL: as(login), DATABASE_SIGN_IN: 'iam' };
}

/** The one address that its role may send from. */
function mailOf({ id }: PlannedProgram, { settings, grants, identities }: Surroundings) {
  const own = identities.filter(({ from }) =>
    grants.some(
      ({ role, target }) => role === id && target.kind === 'mail' && target.from === from,
    ),
  );
  const [identity, second] = own;
  if (identity === undefined) return {};
  if (second !== undefined)
    throw new Error(
      `${id} sends mail from ${identity.from} and from ${second.from}: MAIL_FROM is one.`,
    );
  const { from, sender } = identity;
  return {
    MAIL_FROM: `${sender}@${from}`,
    SES_ENDPOINT: `https://email.${settings.region}.amazonaws.com`,
  };
}

/** The addresses of the keys that it was granted, and of no other. */
function keysOf(program: PlannedProgram, { keys, purposes, grants }: Surroundings) {
  const granted = purposes.filter(({ purpose }) =>
    grants.some(
      ({ role, target }) =>
        role === program.id && target.kind === 'key' && target.purpose === purpose,
    ),
  );
  const ofUse = (wanted: KeyPurpose['use']) =>
    Object.fromEntries(
      granted
        .filter(({ use }) => use === wanted)
        .map(({ purpose }) => [
          purpose,
          keys.purpose(purpose).map(({ arn, notBefore, notAfter }) => ({
            arn,
            // What a key that encrypts has sealed says which one it was: only one that signs is good for a time.
            ...(wanted === 'sign' && { notBefore, ...(notAfter !== undefined && { notAfter }) }),
          })),
        ]),
    );
  return pulumi.jsonStringify({ sign: ofUse('sign'), encrypt: ofUse('encrypt') });
}
