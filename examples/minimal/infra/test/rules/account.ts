import type { Graph, Node } from '../graph.ts';
import { at, leaves, listAt, named, ofType, ownedBy, textAt } from '../graph.ts';
import { each, rule } from '../rule.ts';
import { isForChosen } from '../segments.ts';

const TRAIL = 'aws:cloudtrail/trail:Trail';
const WATCH = 'app:infra:Trail';
const STRICT_ORDER = 'STRICT_ORDER';

export const accountRules = [
  rule(
    'CT-01',
    'The trail sees every region.',
    { checkov: ['CKV_AWS_67', 'CKV_AWS_251'] },
    each([TRAIL], ({ inputs }) =>
      inputs['isMultiRegionTrail'] === true &&
      inputs['includeGlobalServiceEvents'] === true &&
      inputs['enableLogging'] !== false
        ? undefined
        : 'does not see everything',
    ),
  ),
  rule(
    'CT-02',
    'Whether the trail was changed can be told.',
    { checkov: ['CKV_AWS_36'] },
    each([TRAIL], ({ inputs }) =>
      inputs['enableLogFileValidation'] === true ? undefined : 'can be changed unseen',
    ),
  ),
  rule(
    'CT-03',
    'The trail is encrypted with a key of ours.',
    { checkov: ['CKV_AWS_35'] },
    each([TRAIL], ({ inputs }, graph) =>
      named(graph, inputs['kmsKeyId']) ? undefined : 'is not encrypted with a key of ours',
    ),
  ),
  rule(
    'CT-04',
    'The trail is also a log, which alarms read, and nobody deletes it by mistake.',
    { checkov: ['CKV2_AWS_10'] },
    each([TRAIL], ({ inputs, options }, graph) => {
      const log = textAt(inputs, 'cloudWatchLogsGroupArn').replace(/:\*$/, '');
      return named(graph, log) && named(graph, inputs['cloudWatchLogsRoleArn']) && options.protect
        ? undefined
        : 'is read by nobody';
    }),
  ),
  rule(
    'DET-01',
    'Where we watch the account, we watch all of it.',
    { checkov: ['CKV2_AWS_3'] },
    function* (graph) {
      for (const watch of ofType(graph, WATCH)) {
        const own = ownedBy(graph, watch.urn);
        const missing = [
          TRAIL,
          'aws:guardduty/detector:Detector',
          'aws:accessanalyzer/analyzer:Analyzer',
        ].filter((type) => ofType(own, type).length === 0);
        if (missing.length > 0) yield [watch, `lacks ${missing.join(', ')}`];
        if (!own.some(({ name, type }) => name === 'root-acts' && type.endsWith('MetricAlarm')))
          yield [watch, 'does not tell when the owner of the account acts'];
        if (
          !own.some(({ name, type }) => name === 'intruder-suspected' && type.endsWith('EventRule'))
        )
          yield [watch, 'tells nobody what is found'];
      }
    },
  ),
  rule(
    'DET-02',
    'The detector is on, and looks at buckets and databases too.',
    { checkov: ['CKV_AWS_238'] },
    each(['aws:guardduty/detector:Detector'], ({ inputs, id }, graph) => {
      const on = ofType(graph, 'aws:guardduty/detectorFeature:DetectorFeature')
        .filter(
          (feature) =>
            feature.inputs['detectorId'] === id && feature.inputs['status'] === 'ENABLED',
        )
        .map((feature) => feature.inputs['name']);
      return inputs['enable'] === true &&
        ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS'].every((name) => on.includes(name))
        ? undefined
        : 'does not look everywhere';
    }),
  ),
  rule('EGR-01', 'Names that are not listed are not resolved. (HOOK-4)', {}, function* (graph) {
    for (const vpc of ofType(graph, 'aws:ec2/vpc:Vpc')) {
      const groups = ofType(
        graph,
        'aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation',
      )
        .filter(({ inputs }) => inputs['vpcId'] === vpc.id)
        .map(({ inputs }) => textAt(inputs, 'firewallRuleGroupId'));
      if (!groups.some((group) => endsInBlock(graph, group))) yield [vpc, 'resolves any name'];
    }
  }),
  rule(
    'EGR-02',
    'Where the firewall of names does not answer, no name is resolved.',
    {},
    each(['aws:ec2/vpc:Vpc'], ({ id }, graph) => {
      const config = ofType(graph, 'aws:route53/resolverFirewallConfig:ResolverFirewallConfig');
      return config.some(
        ({ inputs }) => inputs['resourceId'] === id && inputs['firewallFailOpen'] === 'DISABLED',
      )
        ? undefined
        : 'resolves any name once the firewall fails';
    }),
  ),
  rule(
    'EGR-03',
    'What the network firewall has no rule for is dropped. (HOOK-4)',
    {},
    each(['aws:networkfirewall/firewallPolicy:FirewallPolicy'], ({ inputs }) => {
      const policy = at(inputs, 'firewallPolicy');
      const drops = listAt(policy, 'statefulDefaultActions').some(
        (action) => typeof action === 'string' && action.startsWith('aws:drop'),
      );
      const isStrict = at(policy, 'statefulEngineOptions.ruleOrder') === STRICT_ORDER;
      return drops && isStrict ? undefined : 'lets through what it has no rule for';
    }),
  ),
  rule(
    'EGR-04',
    'Nobody takes the network firewall away by mistake.',
    { checkov: ['CKV_AWS_344'] },
    each(['aws:networkfirewall/firewall:Firewall'], ({ inputs }) =>
      inputs['deleteProtection'] === true ? undefined : 'can be deleted by mistake',
    ),
  ),
  rule(
    'AVP-01',
    'Policies are held to their schema, and nobody deletes them by mistake.',
    {},
    each(['aws:verifiedpermissions/policyStore:PolicyStore'], ({ inputs, options }) =>
      at(inputs, 'validationSettings.mode') === 'STRICT' &&
      inputs['deletionProtection'] === 'ENABLED' &&
      options.protect
        ? undefined
        : 'takes policies about what is not there',
    ),
  ),
  rule(
    'SES-01',
    'Mail goes through TLS, or it does not go.',
    { checkov: ['CKV_AWS_365'] },
    each(['aws:sesv2/configurationSet:ConfigurationSet'], ({ inputs }) =>
      at(inputs, 'deliveryOptions.tlsPolicy') === 'REQUIRE' ? undefined : 'sends in the clear',
    ),
  ),
  rule(
    'SES-02',
    'Mail is signed, and what becomes of it is known.',
    {},
    each(['aws:sesv2/emailIdentity:EmailIdentity'], ({ inputs }, graph) => {
      const set = textAt(inputs, 'configurationSetName');
      const isSigned = at(inputs, 'dkimSigningAttributes.nextSigningKeyLength') === 'RSA_2048_BIT';
      const isKnown = ofType(
        graph,
        'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
      ).some(
        (one) =>
          one.inputs['configurationSetName'] === set &&
          leaves(at(one.inputs, 'eventDestination')).some(([, value]) => value === 'BOUNCE'),
      );
      return isSigned && isKnown ? undefined : 'is not signed, or bounces unseen';
    }),
  ),
  rule(
    'ECR-01',
    'What a name in the registry stands for does not change, and is looked at when it comes.',
    { checkov: ['CKV_AWS_51', 'CKV_AWS_163', 'CKV_AWS_136'], nag: ['ECR1'] },
    each(['aws:ecr/repository:Repository'], ({ inputs, options }) =>
      inputs['imageTagMutability'] === 'IMMUTABLE' &&
      at(inputs, 'imageScanningConfiguration.scanOnPush') === true &&
      at(inputs, 'encryptionConfigurations.0.encryptionType') === 'KMS' &&
      inputs['forceDelete'] !== true &&
      options.protect
        ? undefined
        : 'takes another image under a name that is known',
    ),
  ),
];

/** The last rule of the group is about every name, and refuses or, where users choose, tells. */
function endsInBlock(graph: Graph, group: string): boolean {
  const rules = ofType(graph, 'aws:route53/resolverFirewallRule:ResolverFirewallRule').filter(
    ({ inputs }) => inputs['firewallRuleGroupId'] === group,
  );
  const last = rules.toSorted((a, b) => priority(a) - priority(b)).at(-1);
  const list = named(graph, last?.inputs['firewallDomainListId']);
  const isAll = listAt(list?.inputs, 'domains').some((domain) => domain === '*' || domain === '*.');
  const action = textAt(last?.inputs, 'action');
  return isAll && (action === 'BLOCK' || (action === 'ALERT' && callsChosen(graph)));
}

// No list holds for whom users choose: names are told then, and who may ask stands in subnets of its own.
function callsChosen(graph: Graph): boolean {
  return graph.some(isForChosen);
}

function priority({ inputs }: Node): number {
  return Number(inputs['priority'] ?? 0);
}
