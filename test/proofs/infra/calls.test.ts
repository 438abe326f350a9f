import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Program } from '../../infra/components/contribution.ts';
import type { Grant } from '../../infra/components/grants.ts';
import type { Checkout } from '../../infra/test/iam/calls.ts';
import { reachOf } from '../../infra/test/iam/calls.ts';
import { differenceOf } from '../../infra/test/iam/calls.ts';

const of =
  (files: Readonly<Record<string, string>>): Checkout =>
  (path) =>
    files[path];

const sign = `import { KMSClient, SignCommand } from '@aws-sdk/client-kms';`;
const actionsIn = async (files: Readonly<Record<string, string>>) =>
  (await reachOf(of(files), ['main.ts'])).calls.map(({ action }) => action).toSorted();

test('calls are found through static, dynamic and re-exporting imports, and through the platform (SUPPLY-5)', async () => {
  const files = {
    'main.ts': `import './a.ts'; await import('./b.ts'); export * from './c.ts'; export { f } from './f.ts'; import '@app/platform/aws/d';`,
    'a.ts': sign,
    'b.ts': `import { GetSecretValueCommand as Get } from '@aws-sdk/client-secrets-manager';`,
    'c.ts': `import { ListObjectsV2Command } from '@aws-sdk/client-s3';`,
    'platform/src/aws/d.ts': `import { Signer } from '@aws-sdk/rds-signer';`,
    'f.ts': `import { GetPublicKeyCommand } from '@aws-sdk/client-kms'; export const f = 1;`,
    'e.ts': `import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';`,
  };
  assert.deepEqual(await actionsIn(files), [
    'kms:GetPublicKey',
    'kms:Sign',
    'rds-db:connect',
    's3:ListBucket',
    'secretsmanager:GetSecretValue',
  ]);
});

test('an import that is computed loads what is listed for it, and is refused where nothing is', async () => {
  const files = { 'main.ts': 'const file = "x"; await import(file);', 'a/b.ts': sign };
  const { calls } = await reachOf(of(files), ['main.ts'], {
    computed: { 'main.ts': ['a/b.ts'] },
  });
  assert.deepEqual(calls, [{ action: 'kms:Sign', by: 'a/b.ts' }]);
  await assert.rejects(
    reachOf(of(files), ['main.ts'], { computed: { 'other.ts': [] } }),
    /computes/,
  );
});

test('an import of types calls nothing', async () => {
  const types = `import type { SignCommand } from '@aws-sdk/client-kms'; import { type Client } from './x.ts';`;
  assert.deepEqual(await actionsIn({ 'main.ts': types, 'x.ts': '' }), []);
});

test('a lock that is written with an object is an action of its own', async () => {
  const put = `import { PutObjectCommand } from '@aws-sdk/client-s3';`;
  assert.deepEqual(await actionsIn({ 'main.ts': put }), ['s3:PutObject']);
  assert.deepEqual(
    await actionsIn({ 'main.ts': `${put} const x = { ObjectLockMode: 'COMPLIANCE' };` }),
    ['s3:PutObject', 's3:PutObjectRetention'],
  );
});

const untold: readonly (readonly [what: string, code: string, says: RegExp])[] = [
  ['a namespace', `import * as kms from '@aws-sdk/client-kms';`, /as a whole/],
  ['a default', `import kms from '@aws-sdk/client-kms';`, /as a whole/],
  [
    'a default beside names',
    `import kms, { SignCommand } from '@aws-sdk/client-kms';`,
    /as a whole/,
  ],
  ['an aggregated client', `import { KMS } from '@aws-sdk/client-kms';`, /send commands/],
  ['a paginator', `import { paginateListObjectsV2 } from '@aws-sdk/client-s3';`, /send commands/],
  [
    'a command that is passed on',
    `export { SignCommand } from '@aws-sdk/client-kms';`,
    /SDK outside|as a whole/,
  ],
  ['everything, passed on', `export * from '@aws-sdk/client-kms';`, /as a whole/],
  ['the SDK, when it is needed', `await import('@aws-sdk/client-kms');`, /as a whole/],
  ['a computed specifier', `const name = './a.ts'; await import(name);`, /computes/],
  ['a specifier in pieces', 'await import(`./${process.argv[2]}.ts`);', /computes/],
  [
    'a client nobody has mapped',
    `import { LambdaClient } from '@aws-sdk/client-lambda';`,
    /not mapped/,
  ],
  [
    'a command that is no action',
    `import { SingCommand } from '@aws-sdk/client-kms';`,
    /no action/,
  ],
  ['the older SDK', `import { KMS } from 'aws-sdk';`, /not mapped/],
  ['a require', `const { SignCommand } = require('@aws-sdk/client-kms');`, /outside of an import/],
  ['a file that is not there', `import './nowhere.ts';`, /is not there/],
  ['a package of ours elsewhere', `import '@app/other/thing';`, /where that is/],
];

for (const [what, code, says] of untold) {
  test(`what cannot be told is refused: ${what} (SUPPLY-5)`, async () => {
    await assert.rejects(reachOf(of({ 'main.ts': code }), ['main.ts']), says);
  });
}

const api: Program = {
  id: 'api',
  service: 'api',
  entry: 'main.ts',
  kind: 'service',
  segment: 'app',
};
const granted = (...actions: Grant['actions']): Grant => ({
  role: 'api',
  actions,
  target: { kind: 'key', purpose: 'audit' },
  why: '',
  usedBy: 'main.ts',
});
const auditKey = { purpose: 'audit', segment: 'app', use: 'sign', why: '' } as const;

test('a call too many, a grant too many and a grant for another file are told apart (SUPPLY-5)', async () => {
  const reach = await reachOf(of({ 'main.ts': sign }), ['main.ts']);
  const compare = (...grants: readonly Grant[]) =>
    differenceOf(api, reach, grants, [{ module: 'app', keys: [auditKey] }]);
  assert.deepEqual(compare(granted('kms:Sign')), { missing: [], excess: [], misplaced: [] });
  assert.deepEqual(compare().missing, ['kms:Sign']);
  assert.deepEqual(compare(granted('kms:Sign', 's3:GetObject')).excess, ['s3:GetObject']);
  assert.deepEqual(compare({ ...granted('kms:Sign'), usedBy: 'other.ts' }).misplaced, [
    'kms:Sign for other.ts',
  ]);
  assert.deepEqual(compare({ ...granted('kms:Sign'), role: 'worker' }).missing, ['kms:Sign']);
});
