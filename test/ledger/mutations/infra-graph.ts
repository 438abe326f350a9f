import type { Mutation, Row } from './mutation.ts';
import { mutationOf } from './mutation.ts';

const rulesTest = 'infra/test/rules.test.ts';
const clean = 'what the project asks for breaks no rule (SUPPLY-5, OBS-2)';
const logs = 'infra/components/logs.ts';
const topic = 'infra/components/alarm-topic.ts';
const announce = 'infra/components/announce.ts';
const alarms = 'infra/components/alarms.ts';
const trail = 'infra/components/trail.ts';
const detection = 'infra/components/detection.ts';
const mail = 'infra/components/mail.ts';
const bucket = 'infra/components/bucket.ts';
const keys = 'infra/components/keys.ts';
const secrets = 'infra/components/secrets.ts';
const archive = 'infra/components/archive.ts';
const service = 'infra/components/service.ts';
const database = 'infra/components/database.ts';
const edge = 'infra/components/edge.ts';
const network = 'infra/components/network.ts';
const container = 'infra/components/container.ts';
const parameters = 'infra/components/database-parameters.ts';
const listeners = 'infra/components/listeners.ts';
const paths = 'infra/components/paths.ts';
const tier = 'infra/components/tier.ts';

type Guard = readonly [file: string, find: string, replace: string];

/** Lines of the infrastructure without which the graph is another: some rule has to say so. */
const kept: readonly Guard[] = [
  [logs, 'export const RETENTION_DAYS = 400;', 'export const RETENTION_DAYS = 364;'],
  [logs, '      kmsKeyId: key.arn,\n', ''],
  [logs, '      deletionProtectionEnabled: true,\n', ''],
  [logs, '{ parent, protect: true }', '{ parent }'],
  [trail, 'lockDays: RETENTION_DAYS', 'lockDays: 30'],
  [archive, 'const LOCK_DAYS = 400;', 'const LOCK_DAYS = 364;'],
];

const asked: readonly Guard[] = [
  [topic, 'kmsMasterKeyId: key.arn', ''],
  [topic, "when: { StringEquals: { 'aws:SourceAccount': accountId } },", ''],
  [topic, "{ Bool: { 'aws:SecureTransport': 'false' } }", "{ Bool: { 'aws:Other': 'false' } }"],
  [announce, 'alarmActions: [topic.arn],', 'alarmActions: [],'],
  [alarms, 'announce(args.settings, this.topic, stranger, this);', ''],
  [trail, 'isMultiRegionTrail: true,', 'isMultiRegionTrail: false,'],
  [trail, 'enableLogFileValidation: true,', ''],
  [trail, 'cloudWatchLogsRoleArn: role.arn,', ''],
  [trail, 'permissionsBoundary: boundaryArn(settings),', ''],
  [detection, '{ enable: true,', '{ enable: false,'],
  [detection, "['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS']", "['S3_DATA_EVENTS']"],
  [mail, "{ tlsPolicy: 'REQUIRE' }", "{ tlsPolicy: 'OPTIONAL' }"],
  [bucket, 'restrictPublicBuckets: true,', ''],
  [
    bucket,
    "versioningConfiguration: { status: 'Enabled' }",
    "versioningConfiguration: { status: 'Suspended' }",
  ],
  [bucket, '        ...throughTls(itsOwn, objects),\n', ''],
  [keys, 'enableKeyRotation: true,', 'enableKeyRotation: false,'],
  [keys, 'const DELETION_DAYS = 30;', 'const DELETION_DAYS = 7;'],
  [secrets, 'const RECOVERY_DAYS = 30;', 'const RECOVERY_DAYS = 7;'],
  [container, 'readonlyRootFilesystem: true,', 'readonlyRootFilesystem: false,'],
  [container, "const USER = '10001:10001';", "const USER = '0:0';"],
  [container, "capabilities: { drop: ['ALL'] }", 'capabilities: { drop: [] }'],
  [service, 'enableExecuteCommand: false,', 'enableExecuteCommand: true,'],
  [service, 'assignPublicIp: false,', 'assignPublicIp: true,'],
  [parameters, "'rds.force_ssl': '1',", "'rds.force_ssl': '0',"],
  [database, 'iamDatabaseAuthenticationEnabled: true,', ''],
  [database, 'storageEncrypted: true,', ''],
  [database, 'deletionProtection: true,', ''],
  [database, 'publiclyAccessible: false,', 'publiclyAccessible: true,'],
  [edge, 'dropInvalidHeaderFields: true,', ''],
  [edge, 'enableDeletionProtection: true,', ''],
  [listeners, '      sslPolicy: TLS_POLICY,\n', ''],
  [network, "trafficType: 'ALL',", "trafficType: 'REJECT',"],
  [tier, 'mapPublicIpOnLaunch: false', 'mapPublicIpOnLaunch: true'],
  [
    paths,
    "return { ipProtocol: 'tcp', fromPort: port, toPort: port };",
    "return { ipProtocol: 'tcp', fromPort: 0, toPort: 65_535 };",
  ],
];

const row = ([file, find, replace]: Guard): Row => [file, find, replace, rulesTest, clean];

export const infraGraphMutations: readonly Mutation[] = [
  ...kept.map((guard) => mutationOf('OBS-2', row(guard))),
  ...asked.map((guard) => mutationOf('SUPPLY-5', row(guard))),
];
