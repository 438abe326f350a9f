import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Program } from '../../infra/components/contribution.ts';
import type { Grant } from '../../infra/components/grants.ts';
import { reachOf } from '../../infra/test/iam/calls.ts';
import { differenceOf } from '../../infra/test/iam/granted.ts';
import type { LazyTable } from '../../infra/test/iam/lazy-tables.ts';

const COMMANDS = 'platform/src/commands/table.ts';
const CLOUD = 'platform/src/aws/cloud.ts';
const calling = (names: string, client: string) =>
  `import { ${names} } from '@aws-sdk/client-${client}';`;

/** Both layouts: one entry for all commands, and one table with the parts of a cloud. */
const project: Readonly<Record<string, string>> = {
  'services/api/server.ts': `
    import { cloud } from './cloud.ts';
    const stores = await cloud.openStores(process.env);`,
  'services/api/cloud.ts': `
    import type { Cloud } from '@app/platform/cloud';
    import { aws } from '@app/platform/aws/cloud';
    // The aws table, under a name that says less.
    export const cloud: Cloud = aws;`,
  'services/api/command.ts': `
    import { commands } from '@app/platform/commands/table';
    import { cloud } from './cloud.ts';
    const [name = ''] = process.argv.slice(2);
    const command = await commands[name as keyof typeof commands]();
    await command.run(cloud);`,
  [COMMANDS]: `
    export const commands = {
      audit: () => import('./audit.ts'),
      migrate: () => import('./migrate.ts'),
      // Signs in as the owner of the database.
      'make-logins': () => import('./make-logins.ts'),
      async secrets() { return import('./secrets.ts'); },
    };`,
  'platform/src/commands/audit.ts': `
    import { cloud } from '../../../services/api/cloud.ts';
    export const run = () => cloud.openOperatorStores(process.env);`,
  'platform/src/commands/migrate.ts': `
    import { cloud } from '../../../services/api/cloud.ts';
    export const run = () => cloud?.databaseSignIn!(process.env);`,
  'platform/src/commands/make-logins.ts': calling('GetSecretValueCommand', 'secrets-manager'),
  'platform/src/commands/secrets.ts': calling('ListSecretsCommand', 'secrets-manager'),
  [CLOUD]: `
    import type { Cloud } from '../cloud.ts';
    export const aws: Cloud = {
      openStores: async (environment) => (await import('./stores.ts')).openStores(environment),
      openOperatorStores: async (environment) => {
        const { openOperatorStores } = await import('./operator-stores.ts');
        return openOperatorStores(environment);
      },
      databaseSignIn: async (environment) =>
        (await import('./database-sign-in.ts')).signIn({ environment, note: 'it, and: this' }),
    };`,
  'platform/src/aws/stores.ts': calling('SignCommand', 'kms'),
  'platform/src/aws/operator-stores.ts': calling('GetObjectCommand', 's3'),
  'platform/src/aws/database-sign-in.ts': `import { Signer } from '@aws-sdk/rds-signer';`,
};

const entry = 'services/api/command.ts';
const text: LazyTable = { path: CLOUD };
const commands = (selects: (member: string) => boolean): LazyTable => ({ path: COMMANDS, selects });

async function actionsOf(
  program: string,
  tables: readonly LazyTable[],
  changed: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const files = { ...project, ...changed };
  const { calls } = await reachOf((path) => files[path], [program], { tables });
  return calls.map(({ action }) => action).toSorted();
}

test('a program reaches the members of a table that its code names, and no other (SUPPLY-5)', async () => {
  assert.deepEqual(await actionsOf('services/api/server.ts', [text]), ['kms:Sign']);
  // As a plain file, the table loads everything.
  assert.equal((await actionsOf('services/api/server.ts', [])).length, 3);
});

// The entry hands the table on: only commands that name their members can be told apart.
const dispatching = {
  [entry]: project[entry]?.replace('command.run(cloud)', 'command.run()') ?? '',
};

test('a program reaches the command that its first argument selects, and what that names (SUPPLY-5)', async () => {
  const reached = (name: string) =>
    actionsOf(entry, [commands((member) => member === name), text], dispatching);
  assert.deepEqual(await reached('migrate'), ['rds-db:connect']);
  assert.deepEqual(await reached('audit'), ['s3:GetObject']);
  assert.deepEqual(await reached('make-logins'), ['secretsmanager:GetSecretValue']);
  assert.deepEqual(await reached('secrets'), ['secretsmanager:ListSecrets']);
  await assert.rejects(reached('migrat'), /selects no member/);
});

test('an operator reaches every command that is no other program’s (SUPPLY-5)', async () => {
  const others = ['migrate', 'make-logins'];
  const tables = [commands((member) => !others.includes(member)), text];
  assert.deepEqual(await actionsOf(entry, tables, dispatching), [
    's3:GetObject',
    'secretsmanager:ListSecrets',
  ]);
});

test('members that a reached member names are reached in turn', async () => {
  const nested = {
    'platform/src/aws/stores.ts': `
      import { cloud } from '../../../services/api/cloud.ts';
      export const openStores = () => cloud.openOperatorStores({});`,
  };
  assert.deepEqual(await actionsOf('services/api/server.ts', [text], nested), ['s3:GetObject']);
});

const named: readonly (readonly [how: string, code: string])[] = [
  [
    'a name of its own',
    `import { aws as x } from '../../platform/src/aws/cloud.ts'; x.openStores();`,
  ],
  ['an alias', `import { cloud } from './cloud.ts'; const c = cloud; c.openStores();`],
  [
    'a choice',
    `import { cloud } from './cloud.ts'; const c = on ? cloud : undefined; c?.openStores();`,
  ],
  ['destructuring', `import { cloud } from './cloud.ts'; const { openStores: open } = cloud;`],
  [
    'an alias without semicolons',
    `import { cloud } from './cloud.ts'\nconst a = b\nconst c = cloud\nc.openStores()`,
  ],
  ['an import when needed', `(await import('./cloud.ts')).cloud.openStores();`],
  ['a name taken when needed', `const { cloud: c } = await import('./cloud.ts'); c.openStores();`],
  [
    'a comparison before',
    `import { cloud } from './cloud.ts'; if (cloud !== undefined) cloud.openStores();`,
  ],
  [
    'strings and keys of its name',
    `import { cloud } from './cloud.ts'; log({ cloud: 'cloud' }, /'cloud/); cloud.openStores();`,
  ],
];

for (const [how, code] of named)
  test(`a member is found through ${how}`, async () => {
    const changed = { 'services/api/server.ts': code };
    assert.deepEqual(await actionsOf('services/api/server.ts', [text], changed), ['kms:Sign']);
  });

const again: readonly (readonly [how: string, code: string])[] = [
  ['a list of names', `export { aws as cloud } from '@app/platform/aws/cloud';`],
  [
    'a list of imported names',
    `import { aws } from '@app/platform/aws/cloud'; export { aws as cloud };`,
  ],
  ['everything', `export * from './named-cloud.ts';`],
];

for (const [how, code] of again)
  test(`a table that is exported again is followed: ${how}`, async () => {
    const changed = {
      'services/api/cloud.ts': code,
      'services/api/named-cloud.ts': `export { aws as cloud } from '@app/platform/aws/cloud';`,
    };
    assert.deepEqual(await actionsOf('services/api/server.ts', [text], changed), ['kms:Sign']);
  });

const unclear: readonly (readonly [what: string, code: string])[] = [
  ['a computed member', `import { cloud } from './cloud.ts'; cloud[process.argv[2]]();`],
  ['a spread', `import { cloud } from './cloud.ts'; export const mine = { ...cloud };`],
  ['an argument', `import { cloud } from './cloud.ts'; serve(cloud);`],
  ['a property', `import { cloud } from './cloud.ts'; serve({ cloud });`],
  [
    'an argument in a template',
    'import { cloud } from "./cloud.ts"; log(`it is ${names(cloud)}`);',
  ],
  ['a second name', `import { cloud } from './cloud.ts'; const a = 1, c = cloud; c.openStores();`],
  [
    'a default without semicolons',
    `import { cloud } from './cloud.ts'\nconst a = b\nexport default cloud`,
  ],
  ['a rest', `import { cloud } from './cloud.ts'; const { openStores, ...rest } = cloud;`],
  ['a variable', `import { cloud } from './cloud.ts'; let c = cloud; c.openStores();`],
  [
    'a returned table',
    `import { cloud } from './cloud.ts'; const open = () => cloud; open().openStores();`,
  ],
  ['a namespace', `import * as all from './cloud.ts'; all.cloud.openStores();`],
  ['a default', `import { cloud } from './cloud.ts'; export default cloud;`],
  ['a promise', `import('./cloud.ts').then(({ cloud }) => cloud.openStores());`],
  ['a table taken when needed', `serve((await import('./cloud.ts')).cloud);`],
];

for (const [what, code] of unclear)
  test(`a use of a table whose member is not named is refused: ${what} (SUPPLY-5)`, async () => {
    const changed = { 'services/api/server.ts': code };
    await assert.rejects(actionsOf('services/api/server.ts', [text], changed), /as a whole/);
  });

const malformed: readonly (readonly [what: string, code: string, says: RegExp])[] = [
  [
    'a spread',
    `export const aws = { ...other, a: () => import('./stores.ts') };`,
    /not in its text/,
  ],
  [
    'a computed name',
    `export const aws = { [name]: () => import('./stores.ts') };`,
    /not in its text/,
  ],
  ['a shorthand', `export const aws = { openStores };`, /not in its text/],
  ['no literal', `export const aws = tableOf(['stores']);`, /one object literal/],
  ['two literals', `export const aws = {}; export const other = {};`, /one object literal/],
  [
    'a member that calls another',
    `export const aws = { a: () => aws.b(), b: () => 1 };`,
    /its own table/,
  ],
  ['a computed file', `export const aws = { a: (file) => import(file) };`, /computes/],
];

for (const [what, code, says] of malformed)
  test(`a lazy table is refused if it has ${what}`, async () => {
    const changed = { [CLOUD]: code };
    await assert.rejects(actionsOf('services/api/server.ts', [text], changed), says);
  });

const program = (id: string, ...given: readonly string[]): Program => ({
  id,
  service: 'api',
  entry: id === 'api' ? 'services/api/server.ts' : entry,
  arguments: given,
  kind: 'task',
  segment: 'app',
});
const grant = (role: string, action: Grant['actions'][number], usedBy: string): Grant => ({
  role,
  actions: [action],
  target: { kind: 'key', purpose: 'audit' },
  why: '',
  usedBy,
});

test('a call is attributed to one program, and an extra grant on one program is red (SUPPLY-5)', async () => {
  const grants = [
    grant('api', 'kms:Sign', 'platform/src/aws/stores.ts'),
    grant('migrate', 'rds-db:connect', 'platform/src/aws/database-sign-in.ts'),
    grant('operator', 's3:GetObject', 'platform/src/aws/operator-stores.ts'),
  ];
  const keys = [{ purpose: 'audit', segment: 'app', use: 'sign', why: '' }] as const;
  const differences = async (given: readonly Grant[]) => {
    const found = [];
    for (const one of [
      program('api'),
      program('migrate', 'migrate'),
      program('operator', 'audit'),
    ]) {
      const tables = [commands((member) => member === one.arguments?.[0]), text];
      const files: typeof project = { ...project, ...dispatching };
      const reach = await reachOf((path) => files[path], [one.entry], { tables });
      const { missing, excess, misplaced } = differenceOf(one, reach, given, [
        { module: 'app', keys },
      ]);
      found.push(
        ...missing.map((action) => `${one.id} lacks ${action}`),
        ...excess.map((action) => `${one.id} has ${action}`),
        ...misplaced.map((action) => `${one.id} misplaces ${action}`),
      );
    }
    return found;
  };
  assert.deepEqual(await differences(grants), []);
  const extra = grant('migrate', 'kms:Sign', 'platform/src/aws/stores.ts');
  assert.deepEqual(await differences([...grants, extra]), [
    'migrate has kms:Sign',
    'migrate misplaces kms:Sign for platform/src/aws/stores.ts',
  ]);
  assert.deepEqual(await differences(grants.slice(1)), ['api lacks kms:Sign']);
});
