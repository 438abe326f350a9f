import { add, change, changeWithin, say, unprotect, withNode } from '../plant.ts';
import type { Fault } from '../fault.ts';

const TASK = 'aws:ecs/taskDefinition:TaskDefinition';
const SERVICE = 'aws:ecs/service:Service';
const ROLE = 'aws:iam/role:Role';
const POLICY = 'aws:iam/rolePolicy:RolePolicy';
const PLACE = 'aws:secretsmanager/secret:Secret';
const CONTAINERS = 'containerDefinitions';

const allow = (action: string, on: string, condition?: Record<string, Record<string, string>>) => ({
  Effect: 'Allow',
  Action: [action],
  Resource: [on],
  ...(condition && { Condition: condition }),
});
const anyRole = 'arn:aws:iam::111122223333:role/*';

export const programFaults: readonly Fault[] = [
  {
    fault: 'a program can change its own code',
    rule: 'ECS-01',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.readonlyRootFilesystem', false),
  },
  {
    fault: 'a program runs as root',
    rule: 'ECS-02',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.user', 'root'),
  },
  {
    fault: 'nobody says whom a program runs as',
    rule: 'ECS-02',
    plant: changeWithin(TASK, 'service-payments', CONTAINERS, '0.user', undefined),
  },
  {
    fault: 'a program keeps the powers of root',
    rule: 'ECS-03',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.linuxParameters.capabilities', {}),
  },
  {
    fault: 'a privileged container',
    rule: 'ECS-03',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.privileged', true),
  },
  {
    fault: 'a shell in a running task',
    rule: 'ECS-04',
    plant: change(SERVICE, 'service-api', 'enableExecuteCommand', true),
  },
  {
    fault: 'a task with an address of the internet',
    rule: 'ECS-05',
    plant: change(SERVICE, 'service-api', 'networkConfiguration.assignPublicIp', true),
  },
  {
    fault: 'an image by a tag that moves',
    rule: 'ECS-06',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.image', 'registry.example/api:latest'),
  },
  {
    fault: 'a program has the rights of what starts it',
    rule: 'ECS-07',
    plant: withNode(TASK, 'service-api', ({ inputs }) =>
      change(TASK, 'service-api', 'taskRoleArn', inputs['executionRoleArn']),
    ),
  },
  {
    fault: 'a program without a log',
    rule: 'ECS-08',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.logConfiguration', undefined),
  },
  {
    fault: 'a broken release stays',
    rule: 'ECS-09',
    plant: change(SERVICE, 'service-api', 'deploymentCircuitBreaker.rollback', false),
  },
  {
    fault: 'a task in the network of its host',
    rule: 'ECS-10',
    plant: change(TASK, 'service-api', 'networkMode', 'host'),
  },
  {
    fault: 'an inline secret in the environment',
    rule: 'ECS-11',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.environment.0', {
      name: 'SESSION_SECRET',
      value: 'correct-horse-battery',
    }),
  },
  {
    fault: 'an address with a password in the environment',
    rule: 'ECS-11',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.environment.0', {
      name: 'DATABASE_URL',
      value: ['postgres://api', 'horse@db.example:5432/app'].join(':'),
    }),
  },
  {
    fault: 'a secret among the keys',
    rule: 'ECS-11',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.environment.0', {
      name: 'KMS_KEYS',
      value: '{"sign":{"audit":[{"arn":"correct-horse-battery"}]}}',
    }),
  },
  {
    fault: 'a secret that is injected from elsewhere',
    rule: 'ECS-12',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.secrets', [
      { name: 'PSP', valueFrom: 'arn:aws:ssm:eu-central-1:111122223333:parameter/psp' },
    ]),
  },
  {
    fault: 'a program that hangs and goes on',
    rule: 'ECS-13',
    plant: changeWithin(TASK, 'service-api', CONTAINERS, '0.healthCheck', undefined),
  },
  {
    fault: 'a program that is asked in a shell, which its image has none of',
    rule: 'ECS-13',
    plant: changeWithin(TASK, 'service-payments', CONTAINERS, '0.healthCheck.command', [
      'CMD-SHELL',
      'curl -f http://localhost:3000/livez',
    ]),
  },
  {
    fault: 'a wildcard action',
    rule: 'IAM-01',
    plant: say(POLICY, 'role-api', 'policy', allow('s3:*', 'arn:aws:s3:::shop-prod-x')),
  },
  {
    fault: 'everything but some',
    rule: 'IAM-01',
    plant: say(POLICY, 'role-api', 'policy', {
      Effect: 'Allow',
      NotAction: ['iam:CreateUser'],
      Resource: ['arn:aws:s3:::shop-prod-x'],
    }),
  },
  {
    fault: 'a wildcard resource',
    rule: 'IAM-02',
    plant: say(POLICY, 'role-api', 'policy', allow('kms:Decrypt', '*')),
  },
  {
    fault: 'every secret of the project',
    rule: 'IAM-02',
    plant: say(
      POLICY,
      'role-api',
      'policy',
      allow(
        'secretsmanager:GetSecretValue',
        'arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/prod/*',
      ),
    ),
  },
  {
    fault: 'AdministratorAccess',
    rule: 'IAM-03',
    plant: withNode(ROLE, 'role-api', ({ id }) =>
      add('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'planted', {
        role: id,
        policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
    ),
  },
  {
    fault: 'a policy of AWS among the managed ones',
    rule: 'IAM-03',
    plant: change(ROLE, 'role-api', 'managedPolicyArns', [
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
    ]),
  },
  {
    fault: 'a role that anybody takes',
    rule: 'IAM-04',
    plant: changeWithin(ROLE, 'role-api', 'assumeRolePolicy', 'Statement.0.Principal', {
      AWS: '*',
    }),
  },
  {
    fault: 'a role that a service takes for another customer',
    rule: 'IAM-04',
    plant: changeWithin(ROLE, 'role-api', 'assumeRolePolicy', 'Statement.0.Condition', {}),
  },
  {
    fault: 'a role for any branch of any repository',
    rule: 'OIDC-01',
    plant: changeWithin(ROLE, 'role-api', 'assumeRolePolicy', 'Statement.0', {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: {
        Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
      },
      Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:shop/*' } },
    }),
  },
  {
    fault: 'PassRole without a condition',
    rule: 'IAM-05',
    plant: say(
      POLICY,
      'role-api',
      'policy',
      allow('iam:PassRole', 'arn:aws:iam::111122223333:role/x'),
    ),
  },
  {
    fault: 'PassRole of any role',
    rule: 'IAM-05',
    plant: say(
      POLICY,
      'role-api',
      'policy',
      allow('iam:PassRole', anyRole, {
        StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      }),
    ),
  },
  {
    fault: 'a role without a boundary',
    rule: 'IAM-06',
    plant: change(ROLE, 'role-payments', 'permissionsBoundary', undefined),
  },
  {
    fault: 'a service reads the secret of another',
    rule: 'IAM-07',
    plant: withNode(PLACE, 'secret-payments-provider', ({ arn }) =>
      say(POLICY, 'role-api', 'policy', allow('secretsmanager:GetSecretValue', arn)),
    ),
  },
  {
    fault: 'a program uses the key of another segment',
    rule: 'ISO-04',
    plant: withNode('aws:kms/key:Key', 'key-ledger-1', ({ arn }) =>
      say(POLICY, 'role-api', 'policy', allow('kms:Sign', arn)),
    ),
  },
  {
    fault: 'a program signs in to the database of another segment',
    rule: 'ISO-05',
    plant: say(
      POLICY,
      'role-api',
      'policy',
      allow(
        'rds-db:connect',
        'arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-OTHER/payments',
      ),
    ),
  },
  {
    fault: 'a secret under a key of AWS',
    rule: 'SEC-01',
    plant: change(PLACE, 'secret-payments-provider', 'kmsKeyId', undefined),
  },
  {
    fault: 'a secret that nobody replaces',
    rule: 'SEC-02',
    plant: change(PLACE, 'secret-payments-provider', 'tags', {}),
  },
  {
    fault: 'a secret that is gone at once',
    rule: 'SEC-03',
    plant: change(PLACE, 'secret-payments-provider', 'recoveryWindowInDays', 0),
  },
  {
    fault: 'a secret that the state can lose',
    rule: 'SEC-03',
    plant: unprotect(PLACE, 'secret-payments-provider'),
  },
  {
    fault: 'a secret for whoever the account lets',
    rule: 'SEC-04',
    plant: changeWithin(
      'aws:secretsmanager/secretPolicy:SecretPolicy',
      'secret-payments-provider',
      'policy',
      'Statement',
      [],
    ),
  },
];
