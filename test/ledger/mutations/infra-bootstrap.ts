import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const wallsTest = 'proofs/infra/walls.test.ts';
const deployTest = 'proofs/infra/deploy.test.ts';

export const infraBootstrapMutations: readonly Mutation[] = [
  ...mutationsOf('infra/bootstrap/roles.ts', [
    [
      'SUPPLY-5',
      "deny({ sid: 'NothingElse', allBut: [...WRITING, ...SEALING], on: [itself] }),",
      '',
      wallsTest,
      'whoever puts a secret in place reads none, becomes nobody and hands on no role (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'permissionsBoundary: only.arn,',
      '',
      wallsTest,
      'whoever puts a secret in place reads none, becomes nobody and hands on no role (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "  'secretsmanager:PutSecretValue',\n",
      "  'secretsmanager:PutSecretValue',\n  'secretsmanager:GetSecretValue',\n",
      wallsTest,
      'whoever puts a secret in place reads none, becomes nobody and hands on no role (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      ':secret:${project}/`)],',
      ':secret:${project}`)],',
      wallsTest,
      'a secret is put in place by a person as the role for that, by no program and by no administrator (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "'aws:ResourceTag/project': project,",
      '',
      wallsTest,
      'whoever puts a secret in place seals it through Secrets Manager, with a key of the project (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,",
      '',
      wallsTest,
      'whoever puts a secret in place seals it through Secrets Manager, with a key of the project (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "Bool: { 'aws:MultiFactorAuthPresent': 'true' },",
      '',
      wallsTest,
      'that role is taken on with a second factor that was just shown, and by no program or workflow (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "NumericLessThan: { 'aws:MultiFactorAuthAge': String(FACTOR_SECONDS) },",
      '',
      wallsTest,
      'that role is taken on with a second factor that was just shown, and by no program or workflow (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '        maxSessionDuration: MAX_SESSION_SECONDS,\n',
      '',
      wallsTest,
      'that role is taken on with a second factor that was just shown, and by no program or workflow (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      ', [`${ISSUER}:sub`]: subjects',
      '',
      wallsTest,
      'a workflow is let in by its whole subject: this repository, and a pull request, main or that environment (SUPPLY-5)',
    ],
  ]),
  ...mutationsOf('infra/bootstrap/deploy-limits.ts', [
    [
      'SUPPLY-5',
      'secretsRoleName(project),',
      '',
      deployTest,
      'whoever deploys changes nothing that bootstrap has made (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "when: { StringEquals: { 'iam:PermissionsBoundary': boundaryArn(place) } },",
      '',
      deployTest,
      'a role is made within the boundary, under a name of ours, or not at all (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "when: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },",
      '',
      deployTest,
      'a role is handed to tasks, and that of the trail to the trail (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "when: { StringEquals: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } },",
      '',
      deployTest,
      'a role is handed to tasks, and that of the trail to the trail (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "sid: 'NotTheKeysOfBootstrap',\n      allBut: [",
      "sid: 'NotTheKeysOfBootstrap',\n      allBut: ['kms:TagResource', ",
      deployTest,
      'whoever deploys changes nothing that bootstrap has made (SUPPLY-5)',
    ],
  ]),
  ...mutationsOf('infra/bootstrap/bootstrap.ts', [
    [
      'SUPPLY-5',
      "actions: ['rds-db:connect'],",
      "actions: ['ses:GetAccount'],",
      'infra/test/iam/roles.test.ts',
      'what a role is granted its boundary has room for: a grant that changes nothing is a mistake (SUPPLY-5)',
    ],
  ]),
];
