import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { databaseParameters } from './database-parameters.ts';
import { logGroup } from './logs.ts';
import type { SegmentNetwork } from './network.ts';

export interface DatabaseArgs {
  readonly settings: Settings;
  readonly segment: string;
  readonly network: SegmentNetwork;
  readonly securityGroupId: pulumi.Input<string>;
  readonly key: aws.kms.Key;
  /** Of the master's password, which AWS keeps as a secret. */
  readonly secretsKey: aws.kms.Key;
  readonly logKey: aws.kms.Key;
}

/** Whom RDS makes the database as. */
export const MASTER = 'bootstrap';

const VERSION = '17.5';

/** The database of a segment: nobody has a password for it but AWS, and programs sign in as what they are. */
export class Database extends pulumi.ComponentResource {
  readonly clusterIdentifier: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly resourceId: pulumi.Output<string>;
  readonly masterSecretArn: pulumi.Output<string>;
  /** All names that it is reached under: after a failover the endpoint is an alias of another instance. */
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
    const parameters = databaseParameters(name, called, this);
    // Before the cluster: it would make one of its own, which is kept for ever and encrypted with no key of ours.
    const log = logGroup(name, `/aws/rds/cluster/${called}/postgresql`, logKey, this);
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
      // The minor version moves on by itself, and that is wanted.
      { parent: this, protect: true, dependsOn: [log], ignoreChanges: ['engineVersion'] },
    );
  }
}
