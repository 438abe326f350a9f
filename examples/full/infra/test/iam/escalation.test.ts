import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureProject, settings } from '../example.ts';
import { ADMINISTRATOR, accountOf, createAdministrator } from './account.ts';
import { CONTEXTS, evidence, everyPath, isOpen, pathfinding, rhino } from './escalation.ts';

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const { graph } = await captureProject();
const { graph: withAdministrator } = await captureProject(settings, createAdministrator);
const { access, program, bootstrap } = await accountOf(graph, settings.project);
const { access: known } = await accountOf(withAdministrator, settings.project);

const privileged = [
  ADMINISTRATOR,
  ...bootstrap.filter(({ type }) => /^aws:iam\/(role|policy):/.test(type)).map(({ arn }) => arn),
];

test('the catalogue is whole: 65 paths of pathfinding.cloud, 28 of Rhino, 19 to keys and evidence', () => {
  assert.deepEqual([pathfinding.length, rhino.length, evidence.length], [65, 28, 19]);
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
  const role = known.role('administrator');
  const closed = everyPath.filter((path) => !isOpen(known, role, path, privileged));
  assert.deepEqual(closed, []);
});

const CATALOGUE = [...new Set(everyPath.flatMap(({ requires }) => requires))].toSorted();

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
