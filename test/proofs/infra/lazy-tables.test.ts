import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Checkout, LazyTable } from '../../infra/test/iam/calls.ts';
import { reachOf } from '../../infra/test/iam/calls.ts';

const COMMANDS = 'services/api/commands.ts';
const CLOUD = 'platform/src/aws/cloud.ts';
const calling = (name: string, client: string) =>
  `import { ${name} } from '@aws-sdk/client-${client}';`;

/** One entry for all commands, and one table with the parts of a cloud. */
const project: Readonly<Record<string, string>> = {
  'services/api/server.ts': `
import { aws } from '@app/platform/aws/cloud';
import { openStores } from '@app/platform/service/stores';
await openStores({ cloud: aws });`,
  'services/api/command.ts': `
import { commands } from './commands.ts';
import { aws } from '@app/platform/aws/cloud';
await (await commands[process.argv[2]]()).runCommand(aws);`,
  [COMMANDS]: `
export const commands = {
  audit: () => import('@app/platform/commands/audit'),
  migrate: () => import('@app/platform/commands/migrate'),
  'make-logins': () =>
    import('@app/platform/commands/make-logins'),
};`,
  'platform/src/service/stores.ts': `
export const openStores = ({ cloud }) => cloud.openCloudStores();`,
  'platform/src/service/process.ts': `
export const openServiceDatabase = ({ cloud }) => cloud?.signInToDatabase();`,
  'platform/src/commands/audit.ts': `
import { openStores } from '../service/stores.ts';
import { openServiceDatabase } from '../service/process.ts';`,
  'platform/src/commands/migrate.ts': `
import { openServiceDatabase } from '../service/process.ts';`,
  'platform/src/commands/make-logins.ts': calling('GetSecretValueCommand', 'secrets-manager'),
  [CLOUD]: `
import { helper } from './helper.ts';
export const aws = {
  name: 'AWS',
  openCloudStores: async () => (await import('./stores.ts')).openAwsStores(),
  signInToDatabase: async (environment) =>
    (await import('./database-sign-in.ts')).databaseSignIn(environment),
};`,
  'platform/src/aws/helper.ts': 'export const helper = 1;',
  'platform/src/aws/stores.ts': calling('SignCommand', 'kms'),
  'platform/src/aws/database-sign-in.ts': `import { Signer } from '@aws-sdk/rds-signer';`,
};

async function actionsOf(entry: string, command?: string, changed: Partial<typeof project> = {}) {
  const files = { ...project, ...changed };
  const checkout: Checkout = (path) => files[path];
  const selects = (member: string) => member === command;
  const tables: readonly LazyTable[] = [{ path: COMMANDS, selects }, { path: CLOUD }];
  const { calls } = await reachOf(checkout, [entry], { tables });
  return calls.map(({ action }) => action).toSorted();
}

test('a program reaches the command that its argument selects, and no other (SUPPLY-5)', async () => {
  const command = 'services/api/command.ts';
  assert.deepEqual(await actionsOf(command, 'audit'), ['kms:Sign', 'rds-db:connect']);
  assert.deepEqual(await actionsOf(command, 'migrate'), ['rds-db:connect']);
  assert.deepEqual(await actionsOf(command, 'make-logins'), ['secretsmanager:GetSecretValue']);
});

test('a program reaches the parts of a cloud that its code names, and no others (SUPPLY-5)', async () => {
  assert.deepEqual(await actionsOf('services/api/server.ts'), ['kms:Sign']);
});

test('a part that is named anywhere counts, also where it is taken out of the table or reached late (SUPPLY-5)', async () => {
  const taken = `const { signInToDatabase: enter } = cloud; await import('./later.ts');`;
  const changed = {
    'platform/src/service/stores.ts': taken,
    'platform/src/service/later.ts': 'cloud.openCloudStores();',
  };
  const found = await actionsOf('services/api/server.ts', undefined, changed);
  assert.deepEqual(found, ['kms:Sign', 'rds-db:connect']);
});

test('without tables every command and every part is reached (SUPPLY-5)', async () => {
  const { calls } = await reachOf((path) => project[path], ['services/api/command.ts']);
  assert.deepEqual([...new Set(calls.map(({ action }) => action))].toSorted(), [
    'kms:Sign',
    'rds-db:connect',
    'secretsmanager:GetSecretValue',
  ]);
});

test('a table that loads a file outside of its members is refused (SUPPLY-5)', async () => {
  const odd = { [CLOUD]: `await import('./stores.ts');` };
  await assert.rejects(actionsOf('services/api/server.ts', undefined, odd), /in no member/);
});
