import type { Graph, Node } from '../graph.ts';
import { at, databasesOf, leaves, named, ofType, ownedBy, textAt, where } from '../graph.ts';
import type { PolicyStatement } from './rule.ts';
import {
  isForThisAccount,
  isManaged,
  isOpen,
  isService,
  must,
  someAt,
  statementsAt,
} from './rule.ts';

const FILTER = 'aws:cloudwatch/logMetricFilter:LogMetricFilter';
const ALARM = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const EVENT = 'aws:cloudwatch/eventRule:EventRule';
const TOPIC = 'aws:sns/topic:Topic';
const TRAIL = 'aws:cloudtrail/trail:Trail';
const DAYS = 365;
const SET = 'aws:sesv2/configurationSet';
const ALARMS = (
  'answers-5xx balancer-5xx unhealthy-hosts blocked-burst key-touched trail-touched ' +
  'network-opened log-touched task-started secret-read-by-stranger'
).split(' ');

/** Logs, alarms, the trail and detection, and what is sent by mail. */
export const watchRules = [
  ...must('aws:cloudwatch/logGroup:LogGroup', {
    // An absent number and 0 mean for ever, which is longer than agreed.
    'LOG-01: A log is kept for 365 days at least. (OBS-2)': ({ inputs }) =>
      Number(inputs['retentionInDays'] ?? 0) >= DAYS,
    'LOG-02: A customer managed key encrypts a log.': { kmsKeyId: isManaged },
    'LOG-03: A log cannot be deleted. (OBS-2)': {
      deletionProtectionEnabled: true,
      'options.protect': true,
    },
  }),
  ...must('aws:cloudwatch/logResourcePolicy:LogResourcePolicy', {
    'LOG-04: AWS writes logs for this account alone.': (node) => {
      const statements = statementsAt(node, 'policyDocument');
      const isNarrow = (one: PolicyStatement) =>
        one.effect === 'Deny' || (one.principals.every(isService) && isForThisAccount(one));
      return statements.length > 0 && statements.every(isNarrow);
    },
  }),
  ...must(TOPIC, {
    'SNS-01: A customer managed key encrypts alarms.': { kmsMasterKeyId: isManaged },
    'SNS-02: AWS alone publishes, for this account and over TLS.': isForAwsAlone,
    'SNS-03: Publishers may use the key of the topic.': isKeyOpen,
  }),
  ...must(ALARM, {
    'ALM-01: An alarm notifies the topic and names its playbook.': (node, graph) =>
      someAt(node, 'alarmActions', (action) => named(graph, action)?.type === TOPIC) &&
      node.inputs['actionsEnabled'] !== false &&
      /playbooks\/[a-z0-9-]+\.md$/.test(textAt(node.inputs, 'alarmDescription')),
    'ALM-05: An alarm on a metric of this project has a metric filter that counts it.': isCounted,
  }),
  ...must(EVENT, {
    'ALM-02: An event rule notifies the topic and names its playbook.': (node, graph) =>
      textAt(node.inputs, 'state').startsWith('ENABLED') &&
      ofType(graph, 'aws:cloudwatch/eventTarget:EventTarget').some(
        ({ inputs }) =>
          [node.id, node.arn, node.name].includes(textAt(inputs, 'rule')) &&
          named(graph, inputs['arn'])?.type === TOPIC &&
          textAt(inputs, 'inputTransformer.inputTemplate').includes('playbooks/'),
      ),
  }),
  ...must('app:infra:Alarms', {
    'ALM-03: Each alarm that every project needs is there.': (_node, graph) => {
      const names = ofType(graph, ALARM, EVENT).map(({ name }) => name);
      const missing = needed(graph).filter((name) => !names.includes(name));
      return missing.length === 0 || `It lacks ${missing.join(', ')}.`;
    },
  }),
  ...must([ALARM, FILTER], {
    'ALM-04: An alarm measures a resource that exists.': (node, graph) => {
      if (node.type === FILTER) return isManaged(node.inputs['logGroupName'], graph);
      const [, unknown] = unmeasured(graph, node) ?? [];
      return unknown === undefined || `It measures ${String(unknown)}, which does not exist.`;
    },
  }),
  ...must(TRAIL, {
    'CT-01: The trail covers all regions and global services.': ({ inputs }) =>
      inputs['isMultiRegionTrail'] === true &&
      inputs['includeGlobalServiceEvents'] === true &&
      inputs['enableLogging'] !== false,
    'CT-02: Digests show a change of the trail.': { enableLogFileValidation: true },
    'CT-03: A customer managed key encrypts the trail.': { kmsKeyId: isManaged },
    'CT-04: Alarms read the trail from a log, and it is not deleted by mistake.': {
      cloudWatchLogsGroupArn: (arn, graph) => isManaged(String(arn).replace(/:\*$/, ''), graph),
      cloudWatchLogsRoleArn: isManaged,
      'options.protect': true,
    },
  }),
  ...must('app:infra:Trail', {
    'DET-01: A watched account has a trail, detection and alarms.': isWatched,
  }),
  ...must('aws:guardduty/detector:Detector', {
    'DET-02: GuardDuty watches buckets and databases too.': ({ inputs, id }, graph) =>
      inputs['enable'] === true &&
      ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS'].every(
        (name) =>
          where(graph, 'aws:guardduty/detectorFeature:DetectorFeature', {
            detectorId: id,
            status: 'ENABLED',
            name,
          }).length > 0,
      ),
  }),
  ...must('aws:sesv2/configurationSet:ConfigurationSet', {
    'SES-01: Mail is sent over TLS, or not at all.': { 'deliveryOptions.tlsPolicy': 'REQUIRE' },
  }),
  ...must('aws:sesv2/emailIdentity:EmailIdentity', {
    'SES-02: Mail is signed with DKIM, and bounces are reported.': {
      'dkimSigningAttributes.nextSigningKeyLength': 'RSA_2048_BIT',
      configurationSetName: (configurationSetName, graph) =>
        where(graph, `${SET}EventDestination:ConfigurationSetEventDestination`, {
          configurationSetName,
        }).some(({ inputs }) =>
          leaves(at(inputs, 'eventDestination')).some(([, value]) => value === 'BOUNCE'),
        ),
    },
  }),
];

function isForAwsAlone(topic: Node, graph: Graph): boolean {
  const statements = topicStatements(graph, topic);
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
}

function isKeyOpen(topic: Node, graph: Graph): boolean | string {
  const ofKey = statementsAt(named(graph, topic.inputs['kmsMasterKeyId']), 'policy');
  const mute = topicStatements(graph, topic)
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
}

function topicStatements(graph: Graph, topic: Node) {
  return where(graph, 'aws:sns/topicPolicy:TopicPolicy', { arn: topic.arn }).flatMap((policy) =>
    statementsAt(policy, 'policy'),
  );
}

function isCounted({ inputs }: Node, graph: Graph): boolean {
  const namespace = textAt(inputs, 'namespace');
  if (namespace === '' || namespace.startsWith('AWS/')) return true;
  const counted = {
    'metricTransformation.namespace': namespace,
    'metricTransformation.name': inputs['metricName'],
  };
  return where(graph, FILTER, counted).length > 0;
}

/** The alarms of every project, and those of its databases. */
function needed(graph: Graph): readonly string[] {
  const ofDatabases = databasesOf(graph).flatMap(({ segment }) =>
    ['cpu', 'capacity', 'connections'].map((of) => `database-${of}-${segment}`),
  );
  return [...ALARMS, ...ofDatabases];
}

function isWatched({ urn }: Node, graph: Graph): boolean | string {
  const own = ownedBy(graph, urn);
  const parts = {
    'a trail': ofType(own, TRAIL),
    detection: ofType(own, 'aws:guardduty/detector:Detector'),
    'an access analyzer': ofType(own, 'aws:accessanalyzer/analyzer:Analyzer'),
    'an alarm on the root user': ofType(own, ALARM).filter(({ name }) => name === 'root-acts'),
    'an alarm on findings': ofType(own, EVENT).filter(({ name }) => name === 'intruder-suspected'),
  };
  const missing = Object.entries(parts).filter(([, nodes]) => nodes.length === 0);
  return missing.length === 0 || `It lacks ${missing.map(([part]) => part).join(', ')}.`;
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
