import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  Decision,
  Document,
  Policies,
  Request,
  Statement,
} from '../../infra/test/iam/evaluator.ts';
import { decide } from '../../infra/test/iam/evaluator.ts';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/api`;
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;
const of = (...statements: Statement[]): Document => ({ Statement: statements });
const may = (more: Partial<Statement> = {}): Document =>
  of({ Effect: 'Allow', Action: 'kms:Sign', Resource: KEY, ...more });
const mayNot = (more: Partial<Statement> = {}): Document =>
  of({ Effect: 'Deny', Action: 'kms:Sign', Resource: '*', ...more });
const to = (who: string) => ({ Principal: { AWS: who }, Resource: '*' });
const root = `arn:aws:iam::${ACCOUNT}:root`;
const byEdDsa = { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } };
const eddsa = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };

const cases: readonly [string, Policies, Decision, Partial<Request>?][] = [
  ['a key without a policy is nobody’s', { identity: [may()] }, 'ImplicitlyDenied'],
  [
    'the account’s word on a key leaves it to the role’s policies',
    { identity: [may()], resource: may(to(root)) },
    'Allowed',
  ],
  [
    'the account’s word alone is none',
    { identity: [], resource: may(to(root)) },
    'ImplicitlyDenied',
  ],
  [
    'a key that names the role lets it in without another policy',
    { identity: [], resource: may(to(ROLE)) },
    'Allowed',
  ],
  [
    'a key that names another role does not',
    { identity: [may()], resource: may(to(`${ROLE}-2`)) },
    'ImplicitlyDenied',
  ],
  [
    'another algorithm than the key’s policy names is refused',
    { identity: [may()], resource: may({ ...to(root), Condition: byEdDsa }) },
    'ImplicitlyDenied',
    { context: { 'kms:SigningAlgorithm': 'RSASSA_PSS_SHA_256' } },
  ],
  [
    'the one that it names is let in',
    { identity: [may()], resource: may({ ...to(root), Condition: byEdDsa }) },
    'Allowed',
    { context: eddsa },
  ],
  [
    'a condition on signing refuses whoever asks for the public half',
    {
      identity: [may({ Action: ['kms:Sign', 'kms:GetPublicKey'], Condition: byEdDsa })],
      resource: may({ ...to(root), Action: 'kms:GetPublicKey' }),
    },
    'ImplicitlyDenied',
    { action: 'kms:GetPublicKey' },
  ],
  [
    'a refusal of the role’s own wins',
    { identity: [may(), mayNot()], resource: may(to(ROLE)) },
    'ExplicitlyDenied',
  ],
  [
    'a refusal of the key’s wins',
    { identity: [may()], resource: of(...may(to(ROLE)).Statement, ...mayNot(to(root)).Statement) },
    'ExplicitlyDenied',
  ],
  [
    'a refusal of the boundary’s wins',
    { identity: [may()], boundary: mayNot(), resource: may(to(ROLE)) },
    'ExplicitlyDenied',
  ],
  [
    'what the boundary does not have is not had',
    { identity: [may()], boundary: may({ Action: 's3:GetObject' }), resource: may(to(root)) },
    'ImplicitlyDenied',
  ],
  [
    'what anybody is given no boundary takes back',
    { identity: [], boundary: may({ Action: 's3:GetObject' }), resource: may({ Principal: '*' }) },
    'Allowed',
  ],
  [
    'a boundary gives nothing by itself',
    { identity: [], boundary: may(), resource: may(to(root)) },
    'ImplicitlyDenied',
  ],
  [
    'a pattern of actions counts whatever its case',
    { identity: [may({ Action: 'KMS:s*' })], resource: may(to(root)) },
    'Allowed',
  ],
  [
    'all actions but some are those that are left',
    {
      identity: [of({ Effect: 'Allow', NotAction: 'kms:Sign', Resource: '*' })],
      resource: may(to(root)),
    },
    'ImplicitlyDenied',
  ],
  [
    'all things but some are those that are left',
    { identity: [of({ Effect: 'Allow', Action: '*', NotResource: KEY })], resource: may(to(root)) },
    'ImplicitlyDenied',
  ],
  [
    'no pattern reaches over a colon',
    { identity: [may({ Resource: 'arn:aws:kms:*/1' })], resource: may(to(root)) },
    'ImplicitlyDenied',
  ],
  [
    'a role is assumed by whom it trusts',
    { identity: [may({ Action: 'sts:AssumeRole', Resource: '*' })] },
    'ImplicitlyDenied',
    { action: 'sts:AssumeRole', resource: `${ROLE}-2` },
  ],
];

for (const [title, policies, decision, request] of cases) {
  test(title, () => {
    const asked = { principal: ROLE, action: 'kms:Sign', resource: KEY, ...request };
    assert.equal(decide(policies, asked), decision);
  });
}

test('a condition on what the request does not say: equal is false, unequal is true, optional is true', () => {
  const when = (operator: string, value = 'x') =>
    decide(
      {
        identity: [may({ Condition: { [operator]: { 'aws:SourceVpce': value } } })],
        resource: may(to(root)),
      },
      { principal: ROLE, action: 'kms:Sign', resource: KEY },
    );
  for (const operator of [
    'StringEquals',
    'StringLike',
    'ArnLike',
    'ArnEquals',
    'Bool',
    'NumericLessThan',
  ])
    assert.equal(when(operator), 'ImplicitlyDenied', operator);
  for (const operator of [
    'StringNotEquals',
    'StringNotLike',
    'ArnNotEquals',
    'ArnNotLike',
    'StringEqualsIfExists',
    'BoolIfExists',
  ])
    assert.equal(when(operator), 'Allowed', operator);
  assert.equal(when('Null', 'true'), 'Allowed');
  assert.equal(when('Null', 'false'), 'ImplicitlyDenied');
});

test('what the evaluator does not know it refuses to judge', () => {
  const judged = (more: Partial<Statement>) =>
    decide({ identity: [may(more)] }, { principal: ROLE, action: 'kms:Sign', resource: KEY });
  assert.throws(
    () => judged({ Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } }),
    /DateLessThan/,
  );
  assert.throws(() =>
    judged({ Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'x' } } }),
  );
  assert.throws(
    () => judged({ Resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/\${aws:username}` }),
    /stands for/,
  );
});
