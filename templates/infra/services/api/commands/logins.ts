import { LOGINS, makeLogins } from '@app/platform/aws/logins';
import { openAsMaster } from '@app/platform/aws/open-master';
import { openDatabase } from '@app/platform/database/open';
import { sentenceOf } from '@app/platform/described-error';
import { nodeVersionProblem } from '@app/platform/node-version';
import { readCommandConfig } from '../config.ts';
import { guardCommand } from '../egress.ts';
import { accessOf, given } from '../modules/infra/access.ts';
import { env } from '../modules/infra/env.ts';

// Run once, as a task of its own, before the first migration: whoever made the database makes those who use it.
async function main(): Promise<string> {
  const problem = nodeVersionProblem();
  if (problem) throw new Error(problem);
  guardCommand(); // before anything could call out: HOOK-4
  const config = readCommandConfig();
  if (!config.ok) throw new Error(config.error.join('\n'));
  const { database: target, environment } = config.value;
  const { DATABASE_MASTER_SECRET: secret, SECRETS_ENDPOINT } = environment(env);
  if (target.kind !== 'server' || secret === undefined)
    throw new Error('DATABASE_URL and DATABASE_MASTER_SECRET are required to make logins.');
  const endpoint = given(SECRETS_ENDPOINT);
  const database = await openDatabase(
    await openAsMaster(accessOf(environment), endpoint, secret, target.url),
  );
  try {
    await database.ownerTransaction('make the logins', (tx) => makeLogins(tx));
    return `The logins are there: ${Object.values(LOGINS).join(', ')}.`;
  } finally {
    await database.close();
  }
}

try {
  process.stdout.write(`${await main()}\n`);
} catch (error) {
  process.stderr.write(`${sentenceOf(error, 'The logins could not be made.')}\n`);
  process.exitCode = 1;
}
