import { named, ofType, textAt } from '../graph.ts';
import { each, isOpen, rule, statementsAt } from '../rule.ts';

const KEY = 'aws:kms/key:Key';
const PLACE = 'aws:secretsmanager/secret:Secret';

export const keyRules = [
  rule(
    'KMS-01',
    'The material of an encrypting key is new every year.',
    { checkov: ['CKV_AWS_7'], nag: ['KMS5'] },
    each([KEY], ({ inputs }) => {
      if (inputs['keyUsage'] === 'SIGN_VERIFY') return undefined;
      const isYearly = Number(inputs['rotationPeriodInDays'] ?? 365) <= 365;
      return inputs['enableKeyRotation'] === true && isYearly ? undefined : 'is never rotated';
    }),
  ),
  rule(
    'KMS-02',
    "A key's policy says who uses it for what, and lets nobody do everything.",
    { checkov: ['CKV2_AWS_64', 'CKV_AWS_33'] },
    each([KEY], (node) => {
      const said = statementsAt(node, 'policy');
      if (said.length === 0) return 'has the policy that AWS gives it: the whole account';
      if (said.some(isOpen)) return 'is open to anybody';
      const allowed = said.filter(({ effect }) => effect === 'Allow');
      return allowed.some(
        ({ actions, notActions }) =>
          notActions.length > 0 || actions.some((action) => action.includes('*')),
      )
        ? 'lets somebody do everything with it'
        : undefined;
    }),
  ),
  rule(
    'KMS-03',
    'A key that goes takes with it what it encrypted: that takes 30 days and is meant.',
    {},
    each([KEY], ({ inputs, options }) =>
      inputs['deletionWindowInDays'] === 30 && options.protect
        ? undefined
        : 'can be deleted by mistake',
    ),
  ),
  rule(
    'KMS-04',
    'Who may administer a key may not use it.',
    {},
    each([KEY], (node) => {
      const uses = /^kms:(Decrypt|Encrypt|Sign|GenerateDataKey|GenerateMac|ReEncrypt)/;
      return statementsAt(node, 'policy').some(
        ({ effect, actions, principals, conditions }) =>
          effect === 'Allow' &&
          conditions.size === 0 &&
          principals.some((principal) => principal.endsWith(':root')) &&
          actions.some((action) => uses.test(action)),
      )
        ? 'is used by whoever administers the account'
        : undefined;
    }),
  ),
  rule(
    'SEC-01',
    'A secret is encrypted with a key of ours.',
    { checkov: ['CKV_AWS_149'] },
    each([PLACE], ({ inputs }, graph) =>
      named(graph, inputs['kmsKeyId']) ? undefined : 'is not encrypted with a key of ours',
    ),
  ),
  rule(
    'SEC-02',
    'A secret is replaced in time: by AWS, or by an operator who is told when.',
    { checkov: ['CKV_AWS_304', 'CKV2_AWS_57'], nag: ['SMG4'] },
    each([PLACE], (node, graph) => {
      const byAws = ofType(graph, 'aws:secretsmanager/secretRotation:SecretRotation').find(
        ({ inputs }) => [node.id, node.arn].includes(textAt(inputs, 'secretId')),
      );
      const days = Number(
        byAws === undefined
          ? textAt(node.inputs, 'tags.rotate-every-days')
          : textAt(byAws.inputs, 'rotationRules.automaticallyAfterDays'),
      );
      return days > 0 && days <= 365 ? undefined : 'is never replaced';
    }),
  ),
  rule(
    'SEC-03',
    'A secret that is deleted comes back within 30 days.',
    {},
    each([PLACE], ({ inputs, options }) =>
      inputs['recoveryWindowInDays'] === 30 && options.protect
        ? undefined
        : 'can be deleted by mistake',
    ),
  ),
  rule(
    'SEC-04',
    'Only who is named reads a secret, whatever else somebody is allowed.',
    {},
    each([PLACE], (node, graph) => {
      const policies = ofType(graph, 'aws:secretsmanager/secretPolicy:SecretPolicy').filter(
        ({ inputs }) => textAt(inputs, 'secretArn') === node.arn,
      );
      const said = policies.flatMap((policy) => statementsAt(policy, 'policy'));
      const isClosed = said.some(
        ({ effect, principals, actions, conditions }) =>
          effect === 'Deny' &&
          principals.includes('*') &&
          actions.includes('secretsmanager:GetSecretValue') &&
          [...conditions.keys()].every((name) => name === 'ArnNotEquals aws:PrincipalArn'),
      );
      return isClosed && !said.some(({ effect }) => effect === 'Allow')
        ? undefined
        : 'is read by whoever the account lets';
    }),
  ),
];
