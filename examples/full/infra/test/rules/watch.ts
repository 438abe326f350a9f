import type { Graph, Node } from '../graph.ts';
import { at, leaves, named, ofType, ownedBy, textAt } from '../graph.ts';
import {
  has,
  isForThisAccount,
  isOpen,
  isService,
  must,
  refers,
  rule,
  someAt,
  statementsAt,
} from './rule.ts';

const LOG = 'aws:cloudwatch/logGroup:LogGroup';
const LOG_POLICY = 'aws:cloudwatch/logResourcePolicy:LogResourcePolicy';
const FILTER = 'aws:cloudwatch/logMetricFilter:LogMetricFilter';
const ALARM = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const EVENT = 'aws:cloudwatch/eventRule:EventRule';
const TOPIC = 'aws:sns/topic:Topic';
const TRAIL = 'aws:cloudtrail/trail:Trail';
const DETECTOR = 'aws:guardduty/detector:Detector';
const DAYS = 365;
const ALARMS = [
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

/** Logs, alarms, the trail and detection, and what is sent by mail. */
export const watchRules = [
  // An absent number and 0 mean for ever, which is longer than agreed.
  must(
    'LOG-01',
    LOG,
    'A log is kept for 365 days at least. (OBS-2)',
    ({ inputs }) => Number(inputs['retentionInDays'] ?? 0) >= DAYS,
  ),
  must('LOG-02', LOG, 'A customer managed key encrypts a log.', refers('kmsKeyId')),
  must('LOG-03', LOG, 'A log cannot be deleted. (OBS-2)', {
    deletionProtectionEnabled: true,
    'options.protect': true,
  }),
  must('LOG-04', LOG_POLICY, 'AWS writes logs for this account alone.', (node) => {
    const statements = statementsAt(node, 'policyDocument');
    return (
      statements.length > 0 &&
      statements.every(
        (one) =>
          one.effect === 'Deny' || (one.principals.every(isService) && isForThisAccount(one)),
      )
    );
  }),
  must('SNS-01', TOPIC, 'A customer managed key encrypts alarms.', refers('kmsMasterKeyId')),
  must('SNS-02', TOPIC, 'AWS alone publishes, for this account and over TLS.', (node, graph) => {
    const statements = topicStatements(graph, node);
    const allowing = statements.filter(({ effect }) => effect === 'Allow');
    const isBound = allowing.every(
      ({ principals, conditions }) =>
        principals.every(isService) && conditions.has('StringEquals aws:SourceAccount'),
    );
    const isTls = statements.some(
      ({ effect, conditions }) =>
        effect === 'Deny' && conditions.get('Bool aws:SecureTransport')?.[0] === 'false',
    );
    return allowing.length > 0 && isBound && isTls && !statements.some(isOpen);
  }),
  must('SNS-03', TOPIC, 'Publishers may use the key of the topic.', (node, graph) => {
    const key = named(graph, node.inputs['kmsMasterKeyId']);
    const ofKey = key === undefined ? [] : statementsAt(key, 'policy');
    const mute = topicStatements(graph, node)
      .flatMap(({ effect, principals }) => (effect === 'Allow' ? principals : []))
      .find(
        (service) =>
          !ofKey.some(
            ({ effect, principals, actions }) =>
              effect === 'Allow' &&
              principals.includes(service) &&
              actions.includes('kms:Decrypt') &&
              actions.some((action) => action.startsWith('kms:GenerateDataKey')),
          ),
      );
    return mute === undefined || `Alarms of ${mute.replace('Service=', '')} are lost.`;
  }),
  must(
    'ALM-01',
    ALARM,
    'An alarm notifies the topic and names its playbook.',
    (node, graph) =>
      someAt(node, 'alarmActions', (action) => named(graph, action)?.type === TOPIC) &&
      node.inputs['actionsEnabled'] !== false &&
      /playbooks\/[a-z0-9-]+\.md$/.test(textAt(node.inputs, 'alarmDescription')),
  ),
  must(
    'ALM-02',
    EVENT,
    'An event rule notifies the topic and names its playbook.',
    (node, graph) =>
      textAt(node.inputs, 'state').startsWith('ENABLED') &&
      ofType(graph, 'aws:cloudwatch/eventTarget:EventTarget').some(
        ({ inputs }) =>
          [node.id, node.arn, node.name].includes(textAt(inputs, 'rule')) &&
          named(graph, inputs['arn'])?.type === TOPIC &&
          textAt(inputs, 'inputTransformer.inputTemplate').includes('playbooks/'),
      ),
  ),
  rule('ALM-03', 'Each alarm that every project needs is there.', function* (graph) {
    const stack = graph.find(({ type }) => type === 'app:infra:Alarms');
    if (stack === undefined) return;
    const ofDatabases = ofType(graph, 'aws:rds/cluster:Cluster').flatMap(({ name }) =>
      ['cpu', 'capacity', 'connections'].map(
        (of) => `database-${of}-${name.replace(/^database-/, '')}`,
      ),
    );
    const names = ofType(graph, ALARM, EVENT).map(({ name }) => name);
    for (const missing of [...ALARMS, ...ofDatabases].filter((name) => !names.includes(name)))
      yield [stack, `lacks ${missing}`];
  }),
  rule('ALM-04', 'An alarm measures a resource that exists.', function* (graph) {
    for (const node of ofType(graph, ALARM)) {
      const [, unknown] = unmeasured(graph, node) ?? [];
      if (unknown !== undefined) yield [node, `measures ${String(unknown)}, which does not exist`];
    }
    for (const node of ofType(graph, FILTER))
      if (!named(graph, node.inputs['logGroupName']))
        yield [node, 'reads a log that does not exist'];
  }),
  must(
    'ALM-05',
    ALARM,
    'An alarm on a metric of this project has a metric filter that counts it.',
    ({ inputs }, graph) =>
      textAt(inputs, 'namespace') === '' ||
      textAt(inputs, 'namespace').startsWith('AWS/') ||
      ofType(graph, FILTER).some(
        (filter) =>
          at(filter.inputs, 'metricTransformation.namespace') === inputs['namespace'] &&
          at(filter.inputs, 'metricTransformation.name') === inputs['metricName'],
      ),
  ),
  must(
    'CT-01',
    TRAIL,
    'The trail covers all regions and global services.',
    ({ inputs }) =>
      inputs['isMultiRegionTrail'] === true &&
      inputs['includeGlobalServiceEvents'] === true &&
      inputs['enableLogging'] !== false,
  ),
  must('CT-02', TRAIL, 'Digests show a change of the trail.', {
    enableLogFileValidation: true,
  }),
  must('CT-03', TRAIL, 'A customer managed key encrypts the trail.', refers('kmsKeyId')),
  must(
    'CT-04',
    TRAIL,
    'Alarms read the trail from a log, and it is not deleted by mistake.',
    ({ inputs, options }, graph) =>
      named(graph, textAt(inputs, 'cloudWatchLogsGroupArn').replace(/:\*$/, '')) !== undefined &&
      named(graph, inputs['cloudWatchLogsRoleArn']) !== undefined &&
      options.protect,
  ),
  rule('DET-01', 'A watched account has a trail, detection and alarms.', function* (graph) {
    for (const watch of ofType(graph, 'app:infra:Trail')) {
      const own = ownedBy(graph, watch.urn);
      for (const type of [TRAIL, DETECTOR, 'aws:accessanalyzer/analyzer:Analyzer'])
        if (ofType(own, type).length === 0) yield [watch, `lacks ${type}`];
      if (!ofType(own, ALARM).some(({ name }) => name === 'root-acts'))
        yield [watch, 'has no alarm on the root user'];
      if (!ofType(own, EVENT).some(({ name }) => name === 'intruder-suspected'))
        yield [watch, 'has no alarm on findings'];
    }
  }),
  must(
    'DET-02',
    DETECTOR,
    'GuardDuty watches buckets and databases too.',
    ({ inputs, id }, graph) => {
      const features = ofType(graph, 'aws:guardduty/detectorFeature:DetectorFeature')
        .filter((one) => one.inputs['detectorId'] === id && one.inputs['status'] === 'ENABLED')
        .map((feature) => feature.inputs['name']);
      return (
        inputs['enable'] === true &&
        ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS'].every((name) => features.includes(name))
      );
    },
  ),
  must(
    'SES-01',
    'aws:sesv2/configurationSet:ConfigurationSet',
    'Mail is sent over TLS, or not at all.',
    { 'deliveryOptions.tlsPolicy': 'REQUIRE' },
  ),
  must(
    'SES-02',
    'aws:sesv2/emailIdentity:EmailIdentity',
    'Mail is signed with DKIM, and bounces are reported.',
    (node, graph) =>
      has({ 'dkimSigningAttributes.nextSigningKeyLength': 'RSA_2048_BIT' })(node, graph) === true &&
      ofType(
        graph,
        'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
      ).some(
        ({ inputs }) =>
          inputs['configurationSetName'] === textAt(node.inputs, 'configurationSetName') &&
          leaves(at(inputs, 'eventDestination')).some(([, value]) => value === 'BOUNCE'),
      ),
  ),
];

function topicStatements(graph: Graph, topic: Node) {
  return ofType(graph, 'aws:sns/topicPolicy:TopicPolicy')
    .filter(({ inputs }) => textAt(inputs, 'arn') === topic.arn)
    .flatMap((policy) => statementsAt(policy, 'policy'));
}

/** The dimension that no resource of the graph has, if any. */
function unmeasured(graph: Graph, { inputs }: Node): readonly [string, unknown] | undefined {
  return leaves(at(inputs, 'dimensions')).find(([dimension, value]) => {
    const isOf = (type: string, path: string) =>
      ofType(graph, type).some((one) => at(one.inputs, path) === value);
    if (dimension === 'DBClusterIdentifier')
      return !isOf('aws:rds/cluster:Cluster', 'clusterIdentifier');
    if (dimension === 'WebACL')
      return !isOf('aws:wafv2/webAcl:WebAcl', 'visibilityConfig.metricName');
    if (dimension === 'LoadBalancer' || dimension === 'TargetGroup')
      return !graph.some(({ arn }) => typeof value === 'string' && arn.endsWith(value));
    return false;
  });
}
