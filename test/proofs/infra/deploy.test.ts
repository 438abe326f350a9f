import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changes } from '../../infra/bootstrap/deploy-changes.ts';
import { ofType } from '../../infra/test/graph.ts';
import { captureProject, settings } from './example.ts';
import { accountOf } from '../../infra/test/iam/account.ts';

const { access, program, bootstrap } = await accountOf(
  (await captureProject()).graph,
  settings.project,
);
const deploy = access.role('shop-deploy-prod');
const preview = access.role('shop-preview');
const ROLE = 'arn:aws:iam::111122223333:role/shop-prod.app.new';
const BOUNDARY = 'arn:aws:iam::111122223333:policy/shop-boundary';

const may = (action: string, thing: string, context = {}) =>
  access.decide(deploy, action, thing, context) === 'Allowed';

test('a role is made within the boundary, under a name of ours, or not at all (SUPPLY-5)', () => {
  for (const action of ['iam:CreateRole', 'iam:PutRolePolicy']) {
    assert.ok(may(action, ROLE, { 'iam:PermissionsBoundary': BOUNDARY }));
    assert.ok(!may(action, ROLE), 'without one');
    assert.ok(!may(action, ROLE, { 'iam:PermissionsBoundary': `${BOUNDARY}-2` }), 'another');
    for (const name of ['shop-production.x', 'administrator', 'shop-deploy-prod', 'shop-preview'])
      assert.ok(
        !may(action, `arn:aws:iam::111122223333:role/${name}`, {
          'iam:PermissionsBoundary': BOUNDARY,
        }),
        name,
      );
  }
});

test('a role is handed to tasks, and that of the trail to the trail (SUPPLY-5)', () => {
  const to = (service: string) => ({ 'iam:PassedToService': `${service}.amazonaws.com` });
  const trail = 'arn:aws:iam::111122223333:role/shop-prod.trail';
  assert.ok(may('iam:PassRole', ROLE, to('ecs-tasks')));
  assert.ok(may('iam:PassRole', trail, to('cloudtrail')));
  for (const service of ['lambda', 'ec2', 'cloudformation', 'glue', 'cloudtrail'])
    assert.ok(!may('iam:PassRole', ROLE, to(service)), service);
  assert.ok(!may('iam:PassRole', trail, to('lambda')));
  assert.ok(!may('iam:PassRole', ROLE));
  for (const name of ['administrator', 'shop-deploy-prod', 'shop-dev.app.api'])
    assert.ok(
      !may('iam:PassRole', `arn:aws:iam::111122223333:role/${name}`, to('ecs-tasks')),
      name,
    );
});

test('whoever deploys changes nothing that bootstrap has made (SUPPLY-5)', () => {
  const things = bootstrap.filter(
    ({ type, arn }) => arn !== '' && /^aws:(iam\/(role|policy|openId)|kms\/key)/.test(type),
  );
  assert.ok(things.length >= 8);
  const writes =
    /^(iam|kms):(Put|Create|Delete|Attach|Detach|Update|Set|Tag|Untag|Pass|Schedule|Disable|Add|Remove)/;
  const tried = [
    ...changes.flatMap(({ actions }) => actions),
    'iam:PutRolePolicy',
    'iam:DeleteRole',
    'iam:TagRole',
    'iam:PassRole',
    'iam:PutRolePermissionsBoundary',
    'iam:DeleteRolePermissionsBoundary',
    'iam:CreatePolicyVersion',
    'iam:UpdateAssumeRolePolicy',
    'kms:PutKeyPolicy',
    'kms:ScheduleKeyDeletion',
  ].filter((action) => writes.test(action));
  const context = {
    'iam:PermissionsBoundary': BOUNDARY,
    'iam:PassedToService': 'ecs-tasks.amazonaws.com',
    'aws:RequestTag/project': 'shop',
    'aws:RequestTag/environment': 'prod',
  };
  for (const { arn } of things)
    for (const action of tried) assert.ok(!may(action, arn, context), `${action} on ${arn}`);
  // An explicit denial, in addition to the missing permission.
  for (const { arn } of things.filter(({ type }) => type === 'aws:iam/role:Role'))
    assert.equal(access.decide(deploy, 'iam:TagRole', arn), 'ExplicitlyDenied', arn);
});

test('whoever previews changes nothing (SUPPLY-5)', () => {
  const reads = /^[a-z0-9-]+:(Describe|Get|List|Check|Validate)/;
  const granted = preview.identity.flatMap(({ Statement }) =>
    Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action = [] }) => Action),
  );
  assert.deepEqual(
    granted.filter((action) => !reads.test(action)),
    ['kms:Decrypt'],
  );
  for (const action of ['secretsmanager:GetSecretValue', 's3:GetObject', 'kms:Decrypt'])
    for (const { arn } of program)
      for (const thing of [arn, `${arn}/anchors/1`])
        assert.notEqual(access.decide(preview, action, thing), 'Allowed', `${action} on ${thing}`);
});

test('whoever previews reads the state, which a preview is compared with, and writes none of it', () => {
  const key =
    ofType(bootstrap, 'aws:kms/key:Key').find(({ name }) => name === 'key-state')?.arn ?? '';
  const bucket = ofType(bootstrap, 'aws:s3/bucket:Bucket').find(({ name }) => name === 'state');
  const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const viaS3 = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };
  const decide = (action: string, thing: string, context = {}) =>
    access.decide(preview, action, thing, { ...tls, ...context });
  assert.equal(decide('s3:ListBucket', bucket?.arn ?? ''), 'Allowed');
  assert.equal(decide('s3:GetObject', `${bucket?.arn}/.pulumi/stacks/shop/prod.json`), 'Allowed');
  assert.equal(decide('kms:Decrypt', key), 'Allowed');
  assert.equal(decide('kms:Decrypt', key, viaS3), 'Allowed');
  for (const action of ['s3:PutObject', 's3:DeleteObject'])
    assert.notEqual(decide(action, `${bucket?.arn}/.pulumi/stacks/shop/prod.json`), 'Allowed');
});
