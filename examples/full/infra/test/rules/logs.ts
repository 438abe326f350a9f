import { named } from '../graph.ts';
import { each, rule, statementsAt } from '../rule.ts';

const LOG = 'aws:cloudwatch/logGroup:LogGroup';

export const logRules = [
  rule(
    'LOG-01',
    'A log is kept for 365 days at least. (OBS-2)',
    { checkov: ['CKV_AWS_66', 'CKV_AWS_338'] },
    // Absent and 0 mean for ever, which is more than anybody agreed to.
    each([LOG], ({ inputs }) =>
      Number(inputs['retentionInDays'] ?? 0) >= 365 ? undefined : 'is not kept for 365 days',
    ),
  ),
  rule(
    'LOG-02',
    'A log is encrypted with a key of ours.',
    { checkov: ['CKV_AWS_158'] },
    each([LOG], ({ inputs }, graph) =>
      named(graph, inputs['kmsKeyId']) ? undefined : 'is not encrypted with a key of ours',
    ),
  ),
  rule(
    'LOG-03',
    'Nothing takes a log away. (OBS-2)',
    {},
    each([LOG], ({ inputs, options }) =>
      inputs['deletionProtectionEnabled'] === true && options.protect
        ? undefined
        : 'can be deleted',
    ),
  ),
  rule(
    'LOG-04',
    'AWS writes a log on behalf of this account alone.',
    {},
    each(['aws:cloudwatch/logResourcePolicy:LogResourcePolicy'], (node) => {
      const said = statementsAt(node, 'policyDocument');
      const isBound = said.every(
        ({ effect, principals, conditions }) =>
          effect === 'Deny' ||
          (principals.every((principal) => principal.startsWith('Service=')) &&
            [...conditions.keys()].some((name) => /aws:Source(Account|Arn)$/.test(name))),
      );
      return said.length > 0 && isBound ? undefined : 'is written by anybody';
    }),
  ),
];
