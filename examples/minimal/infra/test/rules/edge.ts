import type { Json, Node } from '../graph.ts';
import { at, leaves, listAt, ofType, textAt } from '../graph.ts';
import { each, rule } from '../rule.ts';

const BALANCER = 'aws:lb/loadBalancer:LoadBalancer';
const LISTENER = 'aws:lb/listener:Listener';
const ACL = 'aws:wafv2/webAcl:WebAcl';
/** TLS 1.2 with forward secrecy and authenticated encryption, or 1.3. */
const TLS = /^ELBSecurityPolicy-TLS13-1-[23]-(?:Res-)?(?:PQ-)?\d{4}-\d{2}$/;
const MANAGED = ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'];

export const edgeRules = [
  rule(
    'LB-01',
    'Clients speak TLS 1.2 with forward secrecy, or 1.3.',
    { checkov: ['CKV_AWS_2', 'CKV_AWS_103'], nag: ['ELB5'] },
    each([LISTENER], ({ inputs }) => {
      if (onlyRedirects(inputs)) return undefined;
      if (inputs['protocol'] !== 'HTTPS') return 'answers without TLS';
      return TLS.test(textAt(inputs, 'sslPolicy')) ? undefined : 'takes TLS that can be broken';
    }),
  ),
  rule(
    'LB-02',
    'Port 80 redirects to HTTPS, and does nothing else.',
    { checkov: ['CKV2_AWS_20'] },
    each([LISTENER], ({ inputs }) =>
      inputs['port'] === 80 && !onlyRedirects(inputs) ? 'does more than redirect' : undefined,
    ),
  ),
  rule(
    'LB-03',
    'Requests that two readers could read differently go no further.',
    { checkov: ['CKV_AWS_131', 'CKV_AWS_328'] },
    each([BALANCER], ({ inputs }) =>
      inputs['dropInvalidHeaderFields'] === true && inputs['desyncMitigationMode'] === 'strictest'
        ? undefined
        : 'lets ambiguous requests through',
    ),
  ),
  rule(
    'LB-04',
    'Every request and every connection is on record.',
    { checkov: ['CKV_AWS_91'], nag: ['ELB2'] },
    each([BALANCER], ({ inputs }) =>
      at(inputs, 'accessLogs.enabled') === true && at(inputs, 'connectionLogs.enabled') === true
        ? undefined
        : 'keeps no record of requests or connections',
    ),
  ),
  rule(
    'LB-05',
    'A firewall stands before whatever the internet reaches.',
    { checkov: ['CKV2_AWS_28'] },
    each([BALANCER], ({ arn, inputs }, graph) => {
      if (inputs['internal'] === true) return undefined;
      const isBehind = ofType(graph, 'aws:wafv2/webAclAssociation:WebAclAssociation').some(
        (association) => association.inputs['resourceArn'] === arn,
      );
      return isBehind ? undefined : 'has no firewall before it';
    }),
  ),
  rule(
    'LB-06',
    'Nobody deletes the way in by mistake.',
    { checkov: ['CKV_AWS_150'] },
    each([BALANCER], ({ inputs, options }) =>
      inputs['enableDeletionProtection'] === true && options.protect
        ? undefined
        : 'can be deleted by mistake',
    ),
  ),
  rule(
    'WAF-01',
    'The firewall knows the common attacks and slows down who asks too often.',
    { checkov: ['CKV_AWS_192'] },
    each([ACL], ({ inputs }) => {
      const values = leaves(at(inputs, 'rules')).map(([, value]) => value);
      const missing = MANAGED.filter((group) => !values.includes(group));
      if (missing.length > 0) return `lacks ${missing.join(' and ')}`;
      const slows = listAt(inputs, 'rules').some(
        (one) => at(one, 'statement.rateBasedStatement') && at(one, 'action.block'),
      );
      return slows ? undefined : 'limits nobody';
    }),
  ),
  rule(
    'WAF-02',
    'What the firewall saw is on record, without what signs people in.',
    { checkov: ['CKV2_AWS_31'] },
    each([ACL], ({ arn }, graph) => {
      const log = ofType(
        graph,
        'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration',
      ).find(({ inputs }) => inputs['resourceArn'] === arn);
      if (log === undefined) return 'keeps no record';
      const hidden = leaves(at(log.inputs, 'redactedFields')).map(([, value]) => value);
      return ['authorization', 'cookie'].every((field) => hidden.includes(field))
        ? undefined
        : 'records what signs people in';
    }),
  ),
];

function onlyRedirects(inputs: Node['inputs']): boolean {
  const actions = listAt(inputs, 'defaultActions');
  return actions.length > 0 && actions.every(isRedirect);
}

function isRedirect(action: Json): boolean {
  return at(action, 'type') === 'redirect' && at(action, 'redirect.protocol') === 'HTTPS';
}
