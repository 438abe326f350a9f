import { at, listAt, named, ofType, textAt } from '../graph.ts';
import { each, rule } from '../rule.ts';

const CLUSTER = 'aws:rds/cluster:Cluster';
const INSTANCE = 'aws:rds/clusterInstance:ClusterInstance';

export const databaseRules = [
  rule(
    'DB-01',
    'A database is encrypted with a key of ours.',
    { checkov: ['CKV_AWS_96', 'CKV_AWS_327'], nag: ['RDS2'] },
    each([CLUSTER], ({ inputs }, graph) =>
      inputs['storageEncrypted'] === true && named(graph, inputs['kmsKeyId'])
        ? undefined
        : 'is not encrypted with a key of ours',
    ),
  ),
  rule(
    'DB-02',
    'Programs sign in to it as what they are.',
    { checkov: ['CKV_AWS_162'], nag: ['RDS6'] },
    each([CLUSTER], ({ inputs }) =>
      inputs['iamDatabaseAuthenticationEnabled'] === true ? undefined : 'wants passwords',
    ),
  ),
  rule(
    'DB-03',
    'A database is not deleted by mistake, and not without a last copy.',
    { checkov: ['CKV_AWS_139'], nag: ['RDS10'] },
    each([CLUSTER, INSTANCE], ({ type, inputs, options }) => {
      if (!options.protect) return 'can be deleted by mistake';
      if (type === INSTANCE) return undefined;
      return inputs['deletionProtection'] === true && inputs['skipFinalSnapshot'] === false
        ? undefined
        : 'can be deleted by mistake';
    }),
  ),
  rule(
    'DB-04',
    'It takes no connection without TLS 1.2.',
    { checkov: ['CKV2_AWS_69'] },
    each([CLUSTER], ({ inputs }, graph) => {
      const group = ofType(graph, 'aws:rds/clusterParameterGroup:ClusterParameterGroup').find(
        ({ id, name }) => [id, name].includes(textAt(inputs, 'dbClusterParameterGroupName')),
      );
      const isSet = (name: string, value: string) =>
        listAt(group?.inputs, 'parameters').some(
          (one) => at(one, 'name') === name && at(one, 'value') === value,
        );
      return isSet('rds.force_ssl', '1') && isSet('ssl_min_protocol_version', 'TLSv1.2')
        ? undefined
        : 'takes connections without TLS 1.2';
    }),
  ),
  rule(
    'DB-05',
    'Who connected and what was changed is in a log of ours.',
    { checkov: ['CKV_AWS_324'], nag: ['RDS16'] },
    each([CLUSTER], ({ inputs }, graph) => {
      const name = `/aws/rds/cluster/${textAt(inputs, 'clusterIdentifier')}/postgresql`;
      const isLogged = listAt(inputs, 'enabledCloudwatchLogsExports').includes('postgresql');
      return isLogged && named(graph, name) ? undefined : 'keeps no log of ours';
    }),
  ),
  rule(
    'DB-06',
    'A mistake can be undone for a week at least, and copies outlive the database.',
    { checkov: ['CKV_AWS_133', 'CKV_AWS_313'], nag: ['RDS13'] },
    each([CLUSTER], ({ inputs }) =>
      Number(inputs['backupRetentionPeriod'] ?? 1) >= 7 && inputs['copyTagsToSnapshot'] === true
        ? undefined
        : 'cannot be taken back a week',
    ),
  ),
  rule(
    'DB-07',
    'Its first password is made and kept by AWS, under a key of ours.',
    {},
    each([CLUSTER], ({ inputs }, graph) =>
      inputs['manageMasterUserPassword'] === true &&
      named(graph, inputs['masterUserSecretKmsKeyId'])
        ? undefined
        : 'has a password that somebody made',
    ),
  ),
  rule(
    'DB-08',
    'No instance has an address of the internet.',
    { checkov: ['CKV_AWS_17'], nag: ['RDS3'] },
    each([INSTANCE], ({ inputs }) =>
      inputs['publiclyAccessible'] === false ? undefined : 'may be reached from the internet',
    ),
  ),
  rule(
    'DB-09',
    'What it says of its performance is encrypted like the rest; fixes come by themselves.',
    { checkov: ['CKV_AWS_353', 'CKV_AWS_354', 'CKV_AWS_226'] },
    each([INSTANCE], ({ inputs }, graph) =>
      inputs['autoMinorVersionUpgrade'] === true &&
      inputs['performanceInsightsEnabled'] === true &&
      named(graph, inputs['performanceInsightsKmsKeyId'])
        ? undefined
        : 'is not kept up to date, or shows queries under a key of AWS',
    ),
  ),
  rule(
    'DB-10',
    'It is reached through the network alone: no way around it through an interface of AWS.',
    {},
    each([CLUSTER], ({ inputs }) =>
      inputs['enableHttpEndpoint'] === true ? 'answers outside of the network' : undefined,
    ),
  ),
];
