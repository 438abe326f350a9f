import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { createLogGroup } from './logs.ts';
import type { SegmentNetwork } from './network.ts';

interface DatabaseArgs {
  readonly settings: Settings;
  readonly segment: string;
  readonly network: SegmentNetwork;
  readonly securityGroupId: pulumi.Input<string>;
  readonly key: aws.kms.Key;
  /** Encrypts the master password, which RDS keeps as a secret. */
  readonly secretsKey: aws.kms.Key;
  readonly logKey: aws.kms.Key;
}

/** The master user. */
export const MASTER = 'bootstrap';

const VERSION = '17.5';

/** The Aurora cluster of a segment. RDS keeps the only password; programs sign in with their IAM role. */
export class Database extends pulumi.ComponentResource {
  readonly clusterIdentifier: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly resourceId: pulumi.Output<string>;
  readonly masterSecretArn: pulumi.Output<string>;
  /** All DNS names: after a failover the cluster endpoint is an alias of another instance. */
  readonly names: readonly pulumi.Output<string>[];

  constructor(name: string, args: DatabaseArgs) {
    super('app:infra:Database', name);
    const { settings, segment, key } = args;
    const called = `${settings.project}-${settings.environment}-${segment}`;
    const cluster = this.#cluster(name, called, args);
    const count = settings.size.databaseInstances === 'one' ? 1 : settings.zones.length;
    const instances = settings.zones.slice(0, count).map(
      (availabilityZone, index) =>
        new aws.rds.ClusterInstance(
          `${name}-${index}`,
          {
            identifier: `${called}-${index}`,
            clusterIdentifier: cluster.id,
            engine: 'aurora-postgresql',
            instanceClass: 'db.serverless',
            availabilityZone,
            publiclyAccessible: false,
            autoMinorVersionUpgrade: true,
            caCertIdentifier: 'rds-ca-ecc384-g1',
            copyTagsToSnapshot: true,
            performanceInsightsEnabled: true,
            performanceInsightsKmsKeyId: key.arn,
          },
          { parent: this, protect: true },
        ),
    );
    this.clusterIdentifier = cluster.clusterIdentifier;
    this.endpoint = cluster.endpoint;
    this.port = cluster.port;
    this.resourceId = cluster.clusterResourceId;
    this.masterSecretArn = cluster.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? '');
    this.names = [cluster.endpoint, ...instances.map(({ endpoint }) => endpoint)];
    this.registerOutputs({ endpoint: this.endpoint });
  }

  #cluster(name: string, called: string, args: DatabaseArgs): aws.rds.Cluster {
    const { settings, network, key, logKey } = args;
    const { databaseCapacity, backupDays } = settings.size;
    const subnets = new aws.rds.SubnetGroup(
      name,
      { name: called, subnetIds: [...(network.data?.subnetIds ?? [])] },
      { parent: this },
    );
    const parameters = createParameterGroup(name, called, this);
    // Created before the cluster: otherwise RDS creates the log without our key and without a retention.
    const log = createLogGroup(name, `/aws/rds/cluster/${called}/postgresql`, logKey, this);
    return new aws.rds.Cluster(
      name,
      {
        clusterIdentifier: called,
        engine: 'aurora-postgresql',
        engineMode: 'provisioned',
        engineVersion: VERSION,
        databaseName: 'app',
        masterUsername: MASTER,
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: args.secretsKey.arn,
        iamDatabaseAuthenticationEnabled: true,
        storageEncrypted: true,
        kmsKeyId: key.arn,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [args.securityGroupId],
        dbClusterParameterGroupName: parameters.name,
        serverlessv2ScalingConfiguration: {
          minCapacity: databaseCapacity.min,
          maxCapacity: databaseCapacity.max,
        },
        backupRetentionPeriod: backupDays,
        copyTagsToSnapshot: true,
        deleteAutomatedBackups: false,
        deletionProtection: true,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: `${called}-final`,
        enableHttpEndpoint: false,
        enabledCloudwatchLogsExports: ['postgresql'],
      },
      // AWS upgrades the minor version by itself.
      { parent: this, protect: true, dependsOn: [log], ignoreChanges: ['engineVersion'] },
    );
  }
}

const FAMILY = 'aurora-postgresql17';

const PARAMETERS: Readonly<Record<string, string>> = {
  'rds.force_ssl': '1',
  ssl_min_protocol_version: 'TLSv1.2',
  shared_preload_libraries: 'pgaudit,pg_stat_statements',
  // Changes of the schema and of rights. The service's audit trail records changes of rows.
  'pgaudit.log': 'ddl,role',
  log_connections: '1',
  log_disconnections: '1',
  // A logged statement contains its values, so no statement is logged.
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
};
/** They take effect after a restart of the database. */
const AT_START: ReadonlySet<string> = new Set(['shared_preload_libraries']);

function createParameterGroup(
  name: string,
  called: string,
  parent: pulumi.Resource,
): aws.rds.ClusterParameterGroup {
  return new aws.rds.ClusterParameterGroup(
    name,
    {
      name: `${called}-${FAMILY}`,
      family: FAMILY,
      parameters: Object.entries(PARAMETERS).map(([parameter, value]) => ({
        name: parameter,
        value,
        applyMethod: AT_START.has(parameter) ? 'pending-reboot' : 'immediate',
      })),
    },
    { parent },
  );
}
