import { add, change, drop, say, withNode } from '../plant.ts';
import type { Fault } from '../fault.ts';

const CLUSTER = 'aws:rds/cluster:Cluster';
const KEY = 'aws:kms/key:Key';
const LOG = 'aws:cloudwatch/logGroup:LogGroup';
const TOPIC = 'aws:sns/topic:Topic';
const TRAIL = 'aws:cloudtrail/trail:Trail';
const anybody = (action: string) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: [action],
  Resource: ['*'],
});

export const watchFaults: readonly Fault[] = [
  { fault: 'retention 364', rule: 'LOG-01', plant: change(LOG, 'api', 'retentionInDays', 364) },
  {
    fault: 'a log for ever, or for as long as nobody looks',
    rule: 'LOG-01',
    plant: change(LOG, 'api', 'retentionInDays', undefined),
  },
  {
    fault: 'a log under a key of AWS',
    rule: 'LOG-02',
    plant: change(LOG, 'trail', 'kmsKeyId', undefined),
  },
  {
    fault: 'a log that can be deleted',
    rule: 'LOG-03',
    plant: change(LOG, 'trail', 'deletionProtectionEnabled', false),
  },
  {
    fault: 'a log that AWS writes for another customer',
    rule: 'LOG-04',
    plant: add('aws:cloudwatch/logResourcePolicy:LogResourcePolicy', 'planted', {
      policyDocument: JSON.stringify({
        Statement: [
          { ...anybody('logs:PutLogEvents'), Principal: { Service: 'es.amazonaws.com' } },
        ],
      }),
    }),
  },
  {
    fault: 'alarms in the clear',
    rule: 'SNS-01',
    plant: change(TOPIC, 'alarms', 'kmsMasterKeyId', undefined),
  },
  {
    fault: 'a topic for anybody',
    rule: 'SNS-02',
    plant: say('aws:sns/topicPolicy:TopicPolicy', 'alarms', 'policy', anybody('sns:Publish')),
  },
  {
    fault: 'alarms that cannot be encrypted, and are lost',
    rule: 'SNS-03',
    plant: withNode(KEY, 'key-app-data', ({ arn }) =>
      change(TOPIC, 'alarms', 'kmsMasterKeyId', arn),
    ),
  },
  {
    fault: 'an alarm that nobody hears',
    rule: 'ALM-01',
    plant: change('aws:cloudwatch/metricAlarm:MetricAlarm', 'answers-5xx', 'alarmActions', []),
  },
  {
    fault: 'an event that nobody hears of',
    rule: 'ALM-02',
    plant: drop('aws:cloudwatch/eventTarget:EventTarget', 'key-touched'),
  },
  {
    fault: 'nobody watches who reads secrets',
    rule: 'ALM-03',
    plant: drop('aws:cloudwatch/eventRule:EventRule', 'secret-read-by-stranger'),
  },
  {
    fault: 'an alarm about a database that is not there',
    rule: 'ALM-04',
    plant: change(
      'aws:cloudwatch/metricAlarm:MetricAlarm',
      'database-cpu-app',
      'dimensions.DBClusterIdentifier',
      'other',
    ),
  },
  {
    fault: 'an alarm about an event that nothing counts',
    rule: 'ALM-05',
    plant: drop('aws:cloudwatch/logMetricFilter:LogMetricFilter', 'payments-refund-burst'),
  },
  {
    fault: 'a trail of one region',
    rule: 'CT-01',
    plant: change(TRAIL, 'trail', 'isMultiRegionTrail', false),
  },
  {
    fault: 'a trail that can be changed unseen',
    rule: 'CT-02',
    plant: change(TRAIL, 'trail', 'enableLogFileValidation', false),
  },
  {
    fault: 'a trail under a key of AWS',
    rule: 'CT-03',
    plant: change(TRAIL, 'trail', 'kmsKeyId', undefined),
  },
  {
    fault: 'a trail that no alarm reads',
    rule: 'CT-04',
    plant: change(TRAIL, 'trail', 'cloudWatchLogsGroupArn', undefined),
  },
  {
    fault: 'nobody tells when the owner of the account acts',
    rule: 'DET-01',
    plant: drop('aws:cloudwatch/metricAlarm:MetricAlarm', 'root-acts'),
  },
  {
    fault: 'a detector that is off',
    rule: 'DET-02',
    plant: change('aws:guardduty/detector:Detector', 'detector', 'enable', false),
  },
  {
    fault: 'mail in the clear',
    rule: 'SES-01',
    plant: change(
      'aws:sesv2/configurationSet:ConfigurationSet',
      'mail',
      'deliveryOptions.tlsPolicy',
      'OPTIONAL',
    ),
  },
  {
    fault: 'mail whose bounces nobody sees',
    rule: 'SES-02',
    plant: drop(
      'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
      'mail',
    ),
  },
  {
    fault: 'images that change under their name',
    rule: 'ECR-01',
    plant: add('aws:ecr/repository:Repository', 'planted', { imageTagMutability: 'MUTABLE' }),
  },
  {
    fault: 'a network firewall that lets the rest through',
    rule: 'EGR-03',
    plant: add('aws:networkfirewall/firewallPolicy:FirewallPolicy', 'planted', {
      firewallPolicy: { statefulDefaultActions: ['aws:alert_strict'] },
    }),
  },
  {
    fault: 'a network firewall that can be deleted',
    rule: 'EGR-04',
    plant: add('aws:networkfirewall/firewall:Firewall', 'planted', {}),
  },
  {
    fault: 'the value of a secret',
    rule: 'BAN-01',
    plant: add('aws:secretsmanager/secretVersion:SecretVersion', 'planted', { secretId: 'x' }),
  },
  {
    fault: 'a parameter in the clear',
    rule: 'BAN-01',
    plant: add('aws:ssm/parameter:Parameter', 'planted', { type: 'String' }),
  },
  {
    fault: 'an access key',
    rule: 'BAN-01',
    plant: add('aws:iam/accessKey:AccessKey', 'planted', { user: 'x' }),
  },
  { fault: 'a user', rule: 'BAN-01', plant: add('aws:iam/user:User', 'planted', {}) },
  {
    fault: 'a password out of chance',
    rule: 'BAN-01',
    plant: add('random:index/randomPassword:RandomPassword', 'planted', {}),
  },
  {
    fault: 'a private key',
    rule: 'BAN-01',
    plant: add('tls:index/privateKey:PrivateKey', 'planted', {}),
  },
  {
    fault: 'a password in a field',
    rule: 'BAN-02',
    plant: change(CLUSTER, 'database-app', 'masterPassword', 'planted'),
  },
  {
    fault: 'a password in a write-only field',
    rule: 'BAN-02',
    plant: change(CLUSTER, 'database-app', 'masterPasswordWo', 'planted'),
  },
  {
    fault: 'user data',
    rule: 'BAN-03',
    plant: add('aws:ec2/launchTemplate:LaunchTemplate', 'planted', { userData: 'IyEvYmluL3No' }),
  },
  {
    fault: 'a value that is marked as secret',
    rule: 'BAN-04',
    plant: (graph) =>
      graph.map((node, index) => (index === 0 ? { ...node, secretPaths: ['name'] } : node)),
  },
  {
    fault: 'a kind of resource that nobody thought about',
    rule: 'BAN-05',
    plant: add('aws:sqs/queue:Queue', 'planted', {}),
  },
];
