import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Program } from '../../infra/components/contribution.ts';
import { grantsOf } from '../../infra/components/roles.ts';
import { readingSecret } from '../../infra/components/grants.ts';
import { captureProject, everything, settings } from './example.ts';
import type { Graph } from '../../infra/test/graph.ts';
import type { Plant } from './plant.ts';
import { change, drop, say, withNode } from './plant.ts';
import type { Access } from '../../infra/test/iam/account.ts';
import { ADMINISTRATOR, accessIn, accountOf } from '../../infra/test/iam/account.ts';
import { everyPath } from '../../infra/test/iam/escalation.ts';
import { differenceOf } from '../../infra/test/iam/calls.ts';
import { isOpen } from '../../infra/test/iam/escalation.ts';

const { program, bootstrap } = await accountOf((await captureProject()).graph, settings.project);

const ROLE_POLICY = 'aws:iam/rolePolicy:RolePolicy';
const PLACE = 'aws:secretsmanager/secret:Secret';
const PASSED = 'arn:aws:iam::111122223333:role/shop-prod.app.api';
const ofPayments = program.find(({ type, name }) => type === PLACE && /payments/.test(name));
const allow = (action: string, on: string) => ({
  Effect: 'Allow',
  Action: [action],
  Resource: [on],
});

interface Planted {
  readonly fault: string;
  readonly ofProgram?: Plant;
  readonly ofBootstrap?: Plant;
  readonly isFound: (access: Access) => boolean;
}

const both =
  (...plants: readonly Plant[]): Plant =>
  (graph: Graph) =>
    plants.reduce((planted, plant) => plant(planted), graph);

const faults: readonly Planted[] = [
  {
    fault: 'whoever deploys hands a role to any service',
    ofBootstrap: say(
      'aws:iam/policy:Policy',
      'shop-deploy-prod-1',
      'policy',
      allow('iam:PassRole', PASSED),
    ),
    isFound: (access) => {
      const to = { 'iam:PassedToService': 'lambda.amazonaws.com' };
      const deploy = access.role('shop-deploy-prod');
      return access.decide(deploy, 'iam:PassRole', PASSED, to) === 'Allowed';
    },
  },
  {
    fault: 'a program may rewrite a policy, and nothing bounds it',
    ofProgram: both(
      change('aws:iam/role:Role', 'role-api', 'permissionsBoundary', undefined),
      say(ROLE_POLICY, 'role-api', 'policy', allow('iam:CreatePolicyVersion', '*')),
    ),
    isFound: (access) =>
      everyPath
        .filter(({ id }) => id === 'rhino-1')
        .some((path) => {
          const boundary = 'arn:aws:iam::111122223333:policy/shop-boundary';
          return isOpen(access, access.role('shop-prod.app.api'), path, [ADMINISTRATOR, boundary]);
        }),
  },
  {
    fault: 'a service reads the secret of another',
    ofProgram: both(
      drop('aws:secretsmanager/secretPolicy:SecretPolicy', 'secret-payments-provider'),
      withNode(PLACE, 'secret-payments-provider', ({ arn }) =>
        say(ROLE_POLICY, 'role-api', 'policy', allow('secretsmanager:GetSecretValue', arn)),
      ),
    ),
    isFound: (access) => {
      const api = access.role('shop-prod.app.api');
      const read = 'secretsmanager:GetSecretValue';
      return access.decide(api, read, ofPayments?.arn ?? '') === 'Allowed';
    },
  },
  {
    fault: 'a program puts a secret in place',
    ofProgram: both(
      drop('aws:secretsmanager/secretPolicy:SecretPolicy', 'secret-payments-provider'),
      change('aws:iam/role:Role', 'role-operator', 'permissionsBoundary', undefined),
      withNode(PLACE, 'secret-payments-provider', ({ arn }) =>
        say(ROLE_POLICY, 'role-operator', 'policy', allow('secretsmanager:PutSecretValue', arn)),
      ),
    ),
    isFound: (access) => {
      const operator = access.role('shop-prod.app.operator');
      const write = 'secretsmanager:PutSecretValue';
      return access.decide(operator, write, ofPayments?.arn ?? '') === 'Allowed';
    },
  },
  {
    fault: 'whoever puts secrets in place reads them',
    ofProgram: drop('aws:secretsmanager/secretPolicy:SecretPolicy', 'secret-payments-provider'),
    ofBootstrap: change(
      'aws:iam/policy:Policy',
      'shop-secrets',
      'policy',
      JSON.stringify({ Statement: [allow('secretsmanager:GetSecretValue', '*')] }),
    ),
    isFound: (access) => {
      const role = access.role('shop-secrets');
      const read = 'secretsmanager:GetSecretValue';
      return access.decide(role, read, ofPayments?.arn ?? '') === 'Allowed';
    },
  },
  {
    fault: 'a key that was stolen puts secrets in place, without a second factor',
    ofBootstrap: change(
      'aws:iam/role:Role',
      'shop-secrets',
      'assumeRolePolicy',
      JSON.stringify({
        Statement: [
          {
            ...allow('sts:AssumeRole', '*'),
            Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          },
        ],
      }),
    ),
    isFound: (access) => {
      const { arn, trust } = access.role('shop-secrets');
      const all = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } as const;
      const stolen = { name: 'stolen', arn: ADMINISTRATOR, trust, identity: [all] };
      return access.decide(stolen, 'sts:AssumeRole', arn) === 'Allowed';
    },
  },
];

for (const { fault, ofProgram, ofBootstrap, isFound } of faults)
  test(`it is found that ${fault} (SUPPLY-5)`, () => {
    assert.ok(!isFound(accessIn(program, bootstrap)), 'without it');
    const planted = accessIn(
      ofProgram?.(program) ?? program,
      ofBootstrap?.(bootstrap) ?? bootstrap,
    );
    assert.ok(isFound(planted));
  });

const api = everything
  .flatMap(({ programs = [] }) => programs)
  .find(({ id }) => id === 'api') as Program;
const own = grantsOf(everything, settings).filter(
  ({ role, usedBy }) => role === 'api' && !usedBy.startsWith('aws:'),
);
// A program whose code calls exactly what it is granted.
const reach = {
  files: [],
  calls: own.flatMap(({ actions, usedBy }) => actions.map((action) => ({ action, by: usedBy }))),
};

test('a grant too many and a grant too few are found (SUPPLY-5)', () => {
  const compare = (grants: typeof own) => differenceOf(api, reach, grants, everything);
  assert.deepEqual(compare(own), { missing: [], excess: [], misplaced: [] });
  const extra = { ...readingSecret('api', 'any', ''), actions: ['kms:CreateGrant'] as never };
  assert.deepEqual(compare([...own, extra]).excess, ['kms:CreateGrant']);
  const without = own.filter(({ actions }) => !actions.includes('kms:Sign'));
  assert.deepEqual(compare(without).missing, ['kms:Sign']);
});
