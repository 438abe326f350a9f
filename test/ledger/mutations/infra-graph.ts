import type { Mutation, Row } from './mutation.ts';
import { mutationOf } from './mutation.ts';

const rulesTest = 'infra/test/rules.test.ts';
const clean = 'what the project asks for breaks no rule (SUPPLY-5, OBS-2)';
const logs = 'infra/components/logs.ts';
const alarms = 'infra/components/alarms.ts';
const trail = 'infra/components/trail.ts';
const mail = 'infra/components/mail.ts';
const buckets = 'infra/components/buckets.ts';
const keys = 'infra/components/keys.ts';
const secrets = 'infra/components/secrets.ts';
const service = 'infra/components/service.ts';
const database = 'infra/components/database.ts';
const loadBalancer = 'infra/components/load-balancer.ts';
const network = 'infra/components/network.ts';
const securityGroups = 'infra/components/security-groups.ts';

type Guard = readonly [file: string, find: string, replace: string];

/** Lines of the infrastructure without which the graph is another: some rule has to say so. */
const kept: readonly Guard[] = [
  [logs, 'export const RETENTION_DAYS = 400;', 'export const RETENTION_DAYS = 364;'],
  [logs, '      kmsKeyId: key.arn,\n', ''],
  [logs, '      deletionProtectionEnabled: true,\n', ''],
  [logs, '{ parent, protect: true }', '{ parent }'],
  [trail, 'lockDays: RETENTION_DAYS', 'lockDays: 30'],
  [buckets, 'const LOCK_DAYS = 400;', 'const LOCK_DAYS = 364;'],
];

const asked: readonly Guard[] = [
  [alarms, 'kmsMasterKeyId: key.arn', ''],
  [alarms, "when: { StringEquals: { 'aws:SourceAccount': accountId } },", ''],
  [alarms, "{ Bool: { 'aws:SecureTransport': 'false' } }", "{ Bool: { 'aws:Other': 'false' } }"],
  [alarms, 'alarmActions: [topic.arn],', 'alarmActions: [],'],
  [alarms, 'createEventAlarm(args.settings, this.topic, secretRead, this);', ''],
  [trail, 'isMultiRegionTrail: true,', 'isMultiRegionTrail: false,'],
  [trail, 'enableLogFileValidation: true,', ''],
  [trail, 'cloudWatchLogsRoleArn: role.arn,', ''],
  [trail, 'permissionsBoundary: boundaryArn(settings),', ''],
  [trail, '{ enable: true,', '{ enable: false,'],
  [trail, "['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS']", "['S3_DATA_EVENTS']"],
  [mail, "{ tlsPolicy: 'REQUIRE' }", "{ tlsPolicy: 'OPTIONAL' }"],
  [buckets, 'restrictPublicBuckets: true,', ''],
  [
    buckets,
    "versioningConfiguration: { status: 'Enabled' }",
    "versioningConfiguration: { status: 'Suspended' }",
  ],
  [buckets, '        ...tlsOnly(self, objects),\n', ''],
  [keys, 'enableKeyRotation: true,', 'enableKeyRotation: false,'],
  [keys, 'const DELETION_DAYS = 30;', 'const DELETION_DAYS = 7;'],
  [secrets, 'const RECOVERY_DAYS = 30;', 'const RECOVERY_DAYS = 7;'],
  [service, 'readonlyRootFilesystem: true,', 'readonlyRootFilesystem: false,'],
  [service, "const USER = '10001:10001';", "const USER = '0:0';"],
  [service, "capabilities: { drop: ['ALL'] }", 'capabilities: { drop: [] }'],
  [service, 'enableExecuteCommand: false,', 'enableExecuteCommand: true,'],
  [service, 'assignPublicIp: false,', 'assignPublicIp: true,'],
  [database, "'rds.force_ssl': '1',", "'rds.force_ssl': '0',"],
  [database, 'iamDatabaseAuthenticationEnabled: true,', ''],
  [database, 'storageEncrypted: true,', ''],
  [database, 'deletionProtection: true,', ''],
  [database, 'publiclyAccessible: false,', 'publiclyAccessible: true,'],
  [loadBalancer, 'dropInvalidHeaderFields: true,', ''],
  [loadBalancer, 'enableDeletionProtection: true,', ''],
  [loadBalancer, '      sslPolicy: TLS_POLICY,\n', ''],
  [network, "trafficType: 'ALL',", "trafficType: 'REJECT',"],
  [network, 'mapPublicIpOnLaunch: false', 'mapPublicIpOnLaunch: true'],
  [
    securityGroups,
    "return { ipProtocol: 'tcp', fromPort: port, toPort: port };",
    "return { ipProtocol: 'tcp', fromPort: 0, toPort: 65_535 };",
  ],
];

const row = ([file, find, replace]: Guard): Row => [file, find, replace, rulesTest, clean];

export const infraGraphMutations: readonly Mutation[] = [
  ...kept.map((guard) => mutationOf('OBS-2', row(guard))),
  ...asked.map((guard) => mutationOf('SUPPLY-5', row(guard))),
];
