import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ServerTarget, SystemTx } from '../database/database.ts';
import { OPERATOR_ROLE, SERVICE_ROLE } from '../database/sessions.ts';
import { openDatabase } from '../database/open.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Service } from '../service/service.ts';
import { accessOf, clientConfig, failed, given } from './client.ts';
import { authoritiesOf } from './database-sign-in.ts';
import { env } from './settings.ts';

const Master = Type.Object({ username: Type.String(), password: Type.String() });

/** Signs in as the master user, whose password RDS stores and rotates. (HOOK-6) */
export async function asMaster(
  client: Pick<SecretsManagerClient, 'send'>,
  secret: string,
  url: string,
  region: string,
): Promise<ServerTarget> {
  const { SecretString = '' } = await client
    .send(new GetSecretValueCommand({ SecretId: secret }))
    .catch((error: unknown) => {
      throw failed('Reading the secret of the database', error);
    });
  const { username, password } = masterIn(SecretString);
  const address = new URL(url);
  address.username = encodeURIComponent(username);
  const signIn = { password: async () => password, ca: authoritiesOf(region) };
  return { kind: 'server', url: address.href, signIn };
}

// Text that is not JSON may still be the password, so the error quotes nothing. (HOOK-6)
function masterIn(text: string) {
  try {
    const master: unknown = JSON.parse(text);
    if (Value.Check(Master, master)) return master;
  } catch {}
  throw new Error('The secret of the database is not one that RDS has made.');
}

// The RDS role for sign-in with an IAM token. A login with it cannot use a password. (HOOK-6)
const IAM = 'rds_iam';

/** The logins: the service and its worker, the commands of operators, and the owner of the schema. */
export const LOGINS = { service: 'api', operator: 'operator', owner: 'migrator' } as const;

/**
 * Creates the logins of a new database, each with only the rights it needs. A second run changes nothing. (AUTHZ-4)
 */
export async function makeLogins(tx: SystemTx): Promise<void> {
  if (!(await exists(tx, IAM)))
    throw new Error('This server knows no sign-in with IAM: switch it on, and try again.');
  const { service, operator, owner } = LOGINS;
  for (const role of [SERVICE_ROLE, OPERATOR_ROLE]) await make(tx, role, 'nologin');
  for (const login of [service, operator, owner]) {
    await make(tx, login, 'login');
    await run(tx, `grant ${IAM} to ${login}`);
  }
  await run(tx, `grant ${SERVICE_ROLE} to ${service}, ${owner}`);
  await run(tx, `grant ${OPERATOR_ROLE} to ${operator}, ${owner}`);
  await handOver(tx, [service, operator, owner]);
}

// PostgreSQL requires membership in the new owner to change the owner. After that only these logins may connect.
async function handOver(tx: SystemTx, logins: readonly string[]): Promise<void> {
  const { owner } = LOGINS;
  const { rows } = await sql<{ database: string; self: string }>`
    select quote_ident(current_database()) as database, quote_ident(current_user) as self
  `.execute(tx.sql);
  const { database, self } = rows[0] as (typeof rows)[number];
  await run(tx, `grant ${owner} to ${self}`);
  await run(tx, `alter database ${database} owner to ${owner}`);
  await run(tx, `revoke all on database ${database} from public`);
  await run(tx, `grant connect on database ${database} to ${[...logins, self].join(', ')}`);
  await run(tx, `revoke ${owner} from ${self}`);
}

async function make(tx: SystemTx, role: string, kind: 'login' | 'nologin'): Promise<void> {
  if (!(await exists(tx, role))) await run(tx, `create role ${role} ${kind}`);
}

async function exists(tx: SystemTx, role: string): Promise<boolean> {
  const { rows } = await sql`select from pg_roles where rolname = ${role}`.execute(tx.sql);
  return rows.length > 0;
}

// No part of a statement comes from a request: the names are constants, and the database quotes its own.
function run(tx: SystemTx, statement: string): Promise<unknown> {
  return sql.raw(statement).execute(tx.sql);
}

/** Runs once, as its own task, before the first migration: the master user creates the logins. */
export async function runCommand(service: Service): Promise<Result<string, string>> {
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const { database: target, environment } = config.value;
  const { DATABASE_MASTER_SECRET: secret, SECRETS_ENDPOINT } = environment(env);
  if (target.kind !== 'server' || secret === undefined)
    return err('DATABASE_URL and DATABASE_MASTER_SECRET are required to make logins.');
  const access = accessOf(environment);
  const client = new SecretsManagerClient(clientConfig(access, given(SECRETS_ENDPOINT)));
  const database = await openDatabase(await asMaster(client, secret, target.url, access.region));
  try {
    await database.ownerTransaction('make the logins', (tx) => makeLogins(tx));
    return ok(`The logins are there: ${Object.values(LOGINS).join(', ')}.`);
  } finally {
    await database.close();
  }
}
