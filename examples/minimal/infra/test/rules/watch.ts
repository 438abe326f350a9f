import type { Graph, Node } from '../graph.ts';
import { at, leaves, listAt, named, ofType, textAt } from '../graph.ts';
import { each, isOpen, rule, statementsAt } from '../rule.ts';

const ALARM = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const EVENT = 'aws:cloudwatch/eventRule:EventRule';
const TOPIC = 'aws:sns/topic:Topic';
/** What nobody should find out by chance. */
const WATCHED = [
  'answers-5xx',
  'balancer-5xx',
  'unhealthy-hosts',
  'blocked-burst',
  'key-touched',
  'trail-touched',
  'network-opened',
  'log-touched',
  'task-started',
  'secret-read-by-stranger',
];

export const watchRules = [
  rule(
    'SNS-01',
    'What alarms say is encrypted with a key of ours.',
    { checkov: ['CKV_AWS_26'], nag: ['SNS2'] },
    each([TOPIC], ({ inputs }, graph) =>
      named(graph, inputs['kmsMasterKeyId']) ? undefined : 'is not encrypted with a key of ours',
    ),
  ),
  rule(
    'SNS-02',
    'Only AWS publishes there, on behalf of this account, and through TLS.',
    { checkov: ['CKV_AWS_169'], nag: ['SNS3'] },
    each([TOPIC], (node, graph) => {
      const said = saidOf(graph, node);
      const allowed = said.filter(({ effect }) => effect === 'Allow');
      const isBound = allowed.every(
        ({ principals, conditions }) =>
          principals.every((principal) => principal.startsWith('Service=')) &&
          conditions.has('StringEquals aws:SourceAccount'),
      );
      const isTls = said.some(
        ({ effect, conditions }) =>
          effect === 'Deny' && conditions.get('Bool aws:SecureTransport')?.[0] === 'false',
      );
      return allowed.length > 0 && isBound && isTls && !said.some(isOpen)
        ? undefined
        : 'takes messages of others';
    }),
  ),
  rule(
    'SNS-03',
    'Whoever publishes there may encrypt there: else an alarm is lost, and nobody hears of that either.',
    {},
    each([TOPIC], (node, graph) => {
      const key = named(graph, node.inputs['kmsMasterKeyId']);
      const may = key === undefined ? [] : statementsAt(key, 'policy');
      const mute = saidOf(graph, node)
        .flatMap(({ effect, principals }) => (effect === 'Allow' ? principals : []))
        .find(
          (service) =>
            !may.some(
              ({ effect, principals, actions }) =>
                effect === 'Allow' &&
                principals.includes(service) &&
                actions.includes('kms:Decrypt') &&
                actions.some((action) => action.startsWith('kms:GenerateDataKey')),
            ),
        );
      return mute && `loses what ${mute.replace('Service=', '')} says`;
    }),
  ),
  rule(
    'ALM-01',
    'An alarm reaches people, and says what to do.',
    { checkov: ['CKV_AWS_319'] },
    each([ALARM], ({ inputs }, graph) => {
      const isHeard = listAt(inputs, 'alarmActions').some(
        (action) => named(graph, action)?.type === TOPIC,
      );
      const isEnabled = inputs['actionsEnabled'] !== false;
      const isClear = /playbooks\/[a-z0-9-]+\.md$/.test(textAt(inputs, 'alarmDescription'));
      return isHeard && isEnabled && isClear ? undefined : 'reaches nobody, or says nothing';
    }),
  ),
  rule(
    'ALM-02',
    'An event that is waited for reaches people, and says what to do.',
    {},
    each([EVENT], (node, graph) => {
      const targets = ofType(graph, 'aws:cloudwatch/eventTarget:EventTarget').filter(({ inputs }) =>
        [node.id, node.arn, node.name].includes(textAt(inputs, 'rule')),
      );
      const isHeard = targets.some(
        ({ inputs }) =>
          named(graph, inputs['arn'])?.type === TOPIC &&
          textAt(inputs, 'inputTransformer.inputTemplate').includes('playbooks/'),
      );
      return isHeard && textAt(node.inputs, 'state').startsWith('ENABLED')
        ? undefined
        : 'reaches nobody';
    }),
  ),
  rule('ALM-03', 'What nobody should find out by chance is watched.', {}, function* (graph) {
    const stack = graph.find(({ type }) => type === 'app:infra:Alarms');
    if (stack === undefined) return;
    const databases = ofType(graph, 'aws:rds/cluster:Cluster').flatMap(({ name }) =>
      ['cpu', 'capacity', 'connections'].map(
        (of) => `database-${of}-${name.replace(/^database-/, '')}`,
      ),
    );
    const names = ofType(graph, ALARM, EVENT).map(({ name }) => name);
    for (const missing of [...WATCHED, ...databases].filter((name) => !names.includes(name)))
      yield [stack, `does not watch ${missing}`];
  }),
  rule('ALM-04', 'An alarm measures what is there.', {}, function* (graph) {
    for (const node of ofType(graph, ALARM)) {
      const [, unknown] = unmeasured(graph, node) ?? [];
      if (unknown !== undefined) yield [node, `measures ${String(unknown)}, which is not there`];
    }
    for (const node of ofType(graph, 'aws:cloudwatch/logMetricFilter:LogMetricFilter'))
      if (!named(graph, node.inputs['logGroupName'])) yield [node, 'reads a log that is not there'];
  }),
  rule(
    'ALM-05',
    'An alarm about an event counts what a filter of the log counts.',
    {},
    function* (graph) {
      const counted = ofType(graph, 'aws:cloudwatch/logMetricFilter:LogMetricFilter').map(
        ({ inputs }) =>
          metricOf(
            at(inputs, 'metricTransformation.namespace'),
            at(inputs, 'metricTransformation.name'),
          ),
      );
      for (const node of ofType(graph, ALARM)) {
        const { namespace, metricName } = node.inputs;
        const isOurs = typeof namespace === 'string' && !namespace.startsWith('AWS/');
        if (isOurs && !counted.includes(metricOf(namespace, metricName)))
          yield [node, 'counts nothing'];
      }
    },
  ),
];

function saidOf(graph: Graph, topic: Node) {
  return ofType(graph, 'aws:sns/topicPolicy:TopicPolicy')
    .filter(({ inputs }) => textAt(inputs, 'arn') === topic.arn)
    .flatMap((policy) => statementsAt(policy, 'policy'));
}

/** The dimension that no resource of the graph has, if any. */
function unmeasured(graph: Graph, { inputs }: Node): readonly [string, unknown] | undefined {
  return leaves(at(inputs, 'dimensions')).find(([dimension, value]) => {
    if (dimension === 'DBClusterIdentifier')
      return !ofType(graph, 'aws:rds/cluster:Cluster').some(
        (one) => one.inputs['clusterIdentifier'] === value,
      );
    if (dimension === 'WebACL')
      return !ofType(graph, 'aws:wafv2/webAcl:WebAcl').some(
        (one) => at(one.inputs, 'visibilityConfig.metricName') === value,
      );
    if (dimension === 'LoadBalancer' || dimension === 'TargetGroup')
      return !graph.some(({ arn }) => typeof value === 'string' && arn.endsWith(value));
    return false;
  });
}

function metricOf(namespace: unknown, name: unknown): string {
  return `${String(namespace)} ${String(name)}`;
}
