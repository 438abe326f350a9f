import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofType, textAt } from '../../infra/test/graph.ts';
import { capture } from '../../infra/test/capture.ts';
import { accountOf, createAdministrator } from '../../infra/test/iam/account.ts';
import { specimen } from './specimen.ts';

const { graph } = await capture(() => {
  createAdministrator();
  return specimen();
});
const { access, program, bootstrap } = await accountOf(graph, 'acme');

const SECRET_TAIL = /secret:[^/]+\/[^/]+\/(.+)-[0-9a-f]{6}$/;
const secrets = ofType(program, 'aws:secretsmanager/secret:Secret').map(({ arn }) => arn);
const keys = ofType(program, 'aws:kms/key:Key');
const anchors = ofType(program, 'aws:s3/bucket:Bucket').find(({ name }) => name === 'anchors')?.arn;
const ofPrograms = access.roles.filter(({ name }) => name.startsWith('acme-prod.'));

/** The roles that are allowed the action, by the last part of their names. */
function who(action: string, thing: string, context = {}): readonly string[] {
  return access.roles
    .filter((role) => access.decide(role, action, thing, context) === 'Allowed')
    .map(({ name }) => name.replace(/^acme-prod\.[a-z]+\./, ''));
}

test('a secret is read by the programs that are named, and by no administrator (SUPPLY-5)', () => {
  const read = secrets.map((arn) => [
    SECRET_TAIL.exec(arn)?.[1],
    who('secretsmanager:GetSecretValue', arn),
  ]);
  assert.deepEqual(read, [
    ['payments/key', ['payments']],
    ['webhooks/acme', ['api']],
  ]);
});

test('a secret is put in place by a person as the role for that, by no program and by no administrator (SUPPLY-5)', () => {
  const writing = [
    'secretsmanager:PutSecretValue',
    'secretsmanager:UpdateSecret',
    'secretsmanager:UpdateSecretVersionStage',
  ];
  for (const arn of secrets)
    assert.deepEqual(
      writing.map((action) => who(action, arn)),
      [['acme-secrets'], [], []],
      arn,
    );
  const ofAnother =
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:acme-2/prod/key-0a1b2c';
  assert.deepEqual(who('secretsmanager:PutSecretValue', ofAnother), ['administrator']);
});

test('whoever puts a secret in place reads none, becomes nobody and hands on no role (SUPPLY-5)', () => {
  const role = access.role('acme-secrets');
  for (const { arn } of [...program, ...bootstrap])
    for (const action of [
      'secretsmanager:GetSecretValue',
      'secretsmanager:BatchGetSecretValue',
      'secretsmanager:PutResourcePolicy',
      'kms:Sign',
      'kms:PutKeyPolicy',
      's3:GetObject',
      'sts:AssumeRole',
      'iam:PassRole',
      'iam:PutRolePolicy',
    ])
      assert.equal(access.decide(role, action, arn), 'ExplicitlyDenied', `${action} on ${arn}`);
  assert.deepEqual(
    [role.boundary],
    role.identity,
    'what it may do is the most that it can be given',
  );
});

test('whoever puts a secret in place seals it through Secrets Manager, with a key of the project (SUPPLY-5)', () => {
  const via = { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' };
  const role = access.role('acme-secrets');
  for (const name of ['key-app-secrets', 'key-payments-secrets']) {
    const key = keys.find((one) => one.name === name)?.arn ?? '';
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
      assert.equal(access.decide(role, action, key, via), 'Allowed', `${action} of ${name}`);
  }
  // The policy of this key leaves access to the policies of roles.
  const another = 'arn:aws:kms:eu-central-1:111122223333:key/another';
  const tagged = { 'aws:ResourceTag/project': 'acme' };
  const decided = [tagged, via, { ...tagged, ...via }].map((context) =>
    access.decide(role, 'kms:Decrypt', another, context),
  );
  assert.deepEqual(decided, ['ImplicitlyDenied', 'ImplicitlyDenied', 'Allowed']);
});

test('that role is taken on with a second factor that was just shown, and by no program or workflow (SUPPLY-5)', () => {
  const { arn } = access.role('acme-secrets');
  const become = (context = {}) => who('sts:AssumeRole', arn, context);
  const shown = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' };
  assert.deepEqual(become(shown), ['administrator']);
  for (const context of [
    {},
    { ...shown, 'aws:MultiFactorAuthPresent': 'false' },
    { ...shown, 'aws:MultiFactorAuthAge': '900' },
    { 'aws:MultiFactorAuthAge': '60' },
    { 'aws:MultiFactorAuthPresent': 'true' },
  ])
    assert.deepEqual(become(context), [], JSON.stringify(context));
  const made = ofType(bootstrap, 'aws:iam/role:Role').find((one) => one.arn === arn);
  assert.equal(made?.inputs['maxSessionDuration'], 3_600);
});

test('no other role opens what a secret is encrypted with, and none by itself (SUPPLY-5)', () => {
  const via = { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' };
  const opened = (name: string) => keys.find((key) => key.name === name)?.arn ?? '';
  assert.deepEqual(who('kms:Decrypt', opened('key-app-secrets')), []);
  assert.deepEqual(who('kms:Decrypt', opened('key-payments-secrets')), []);
  // A deployment creates secrets, which takes this right. Reading one is refused above.
  assert.deepEqual(
    who('kms:Decrypt', opened('key-payments-secrets'), via).filter(
      (role) => role !== 'administrator',
    ),
    ['acme-secrets', 'acme-deploy-prod', 'payments'],
  );
});

test('a key is used by its segment, for its purpose, and by no administrator (SUPPLY-5)', () => {
  const used = (name: string, action: string, context = {}) =>
    who(action, keys.find((key) => key.name === name)?.arn ?? '', context);
  const algorithm = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
  assert.deepEqual(used('key-audit-1', 'kms:Sign', algorithm), ['api', 'operator']);
  assert.deepEqual(
    used('key-audit-1', 'kms:Sign', { 'kms:SigningAlgorithm': 'ECDSA_SHA_512' }),
    [],
  );
  assert.deepEqual(used('key-audit-1', 'kms:GetPublicKey'), ['api', 'operator']);
  assert.deepEqual(used('key-payments-1', 'kms:Sign', algorithm), ['payments']);
  const webhooks = { 'kms:EncryptionContext:purpose': 'webhooks' };
  assert.deepEqual(used('key-webhooks', 'kms:Decrypt', webhooks), ['api', 'worker']);
  assert.deepEqual(
    used('key-webhooks', 'kms:Decrypt', { 'kms:EncryptionContext:purpose': 'other' }),
    [],
  );
});

test('a role of another segment does not use a key even if it were granted that (SUPPLY-5)', () => {
  const key = keys.find(({ name }) => name === 'key-payments-1');
  const api = access.role('acme-prod.app.api');
  const granted = {
    ...api,
    identity: [{ Statement: [{ Effect: 'Allow', Action: 'kms:Sign', Resource: '*' }] } as const],
  };
  const algorithm = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
  assert.equal(access.decide(granted, 'kms:Sign', key?.arn ?? '', algorithm), 'ImplicitlyDenied');
});

test('anchors are added and read, and nobody takes one away (OBS-2)', () => {
  const one = `${anchors}/anchors/1`;
  const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const locked = {
    ...tls,
    's3:object-lock-mode': 'COMPLIANCE',
    's3:object-lock-remaining-retention-days': '400',
  };
  assert.deepEqual(who('s3:PutObject', one, locked), ['api', 'operator', 'administrator']);
  for (const action of [
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:BypassGovernanceRetention',
  ])
    assert.deepEqual(who(action, one, tls), [], action);
  assert.deepEqual(who('s3:DeleteBucket', anchors ?? '', tls), []);
  const refused = [
    { ...locked, 's3:object-lock-remaining-retention-days': '364' },
    { ...locked, 's3:object-lock-mode': 'GOVERNANCE' },
    { ...locked, 's3:x-amz-server-side-encryption': 'AES256' },
    {
      ...locked,
      's3:x-amz-server-side-encryption-aws-kms-key-id':
        'arn:aws:kms:eu-central-1:111122223333:key/another',
    },
    { ...locked, 'aws:SecureTransport': 'false' },
    { ...locked, 's3:TlsVersion': '1.1' },
  ];
  for (const context of refused) assert.deepEqual(who('s3:PutObject', one, context), []);
});

test('a role of a program is taken on by tasks of this account alone, and stays within the boundary (SUPPLY-5)', () => {
  assert.equal(ofPrograms.length, 10);
  for (const { name, trust, boundary } of ofPrograms) {
    assert.ok(boundary, name);
    assert.deepEqual(trust.Statement, [
      {
        Effect: 'Allow',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Action: ['sts:AssumeRole'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-central-1:111122223333:*' },
        },
      },
    ]);
  }
});

test('a workflow is let in by its whole subject: this repository, and a pull request, main or that environment (SUPPLY-5)', () => {
  const subjects = ofType(bootstrap, 'aws:iam/role:Role')
    .map((role) => access.role(textAt(role.inputs, 'name')))
    .filter(({ name }) => name !== 'acme-secrets')
    .map(({ name, trust }) => [name, trust.Statement.map(({ Condition }) => Condition)]);
  const only = (...sub: readonly string[]) => [
    {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': sub,
      },
    },
  ];
  assert.deepEqual(subjects, [
    ['acme-deploy-prod', only('repo:acme/acme:environment:prod')],
    ['acme-preview', only('repo:acme/acme:pull_request', 'repo:acme/acme:ref:refs/heads/main')],
  ]);
});
