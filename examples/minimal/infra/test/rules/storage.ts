import type { Graph, Node } from '../graph.ts';
import { at, listAt, named, ofType, textAt } from '../graph.ts';
import { each, isOpen, rule, statementsAt } from '../rule.ts';

const BUCKET = 'aws:s3/bucket:Bucket';
const YEAR = 365;
/** Its logs come with no key but that of S3 itself. */
const BALANCER_LOGS = 'Service=logdelivery.elasticloadbalancing.amazonaws.com';

export const storageRules = [
  rule(
    'S3-01',
    'No bucket can be made public.',
    {
      checkov: ['CKV_AWS_53', 'CKV_AWS_54', 'CKV_AWS_55', 'CKV_AWS_56', 'CKV2_AWS_6'],
      nag: ['S2', 'S8'],
    },
    each([BUCKET], (node, graph) => {
      const [block] = beside(graph, node, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock');
      const isWhole = [
        'blockPublicAcls',
        'blockPublicPolicy',
        'ignorePublicAcls',
        'restrictPublicBuckets',
      ].every((property) => block?.inputs[property] === true);
      return isWhole ? undefined : 'could be made public';
    }),
  ),
  rule(
    'S3-02',
    'A bucket is reached through TLS alone.',
    { checkov: ['CKV_AWS_379'], nag: ['S10'] },
    each([BUCKET], (node, graph) =>
      policiesOf(graph, node).some(
        ({ effect, actions, principals, conditions, resources }) =>
          effect === 'Deny' &&
          principals.includes('*') &&
          actions.includes('s3:*') &&
          resources.length >= 2 &&
          conditions.get('Bool aws:SecureTransport')?.[0] === 'false' &&
          conditions.size === 1,
      )
        ? undefined
        : 'is reached without TLS',
    ),
  ),
  rule(
    'S3-03',
    'What is overwritten or deleted is still there.',
    { checkov: ['CKV_AWS_21'] },
    each([BUCKET], (node, graph) =>
      beside(graph, node, 'aws:s3/bucketVersioning:BucketVersioning').some(
        ({ inputs }) => at(inputs, 'versioningConfiguration.status') === 'Enabled',
      )
        ? undefined
        : 'forgets what is overwritten',
    ),
  ),
  rule(
    'S3-04',
    'A bucket is encrypted with a key of ours, unless it is for the logs of a load balancer.',
    { checkov: ['CKV_AWS_145'], nag: ['S3'] },
    each([BUCKET], (node, graph) => {
      const [encryption] = beside(
        graph,
        node,
        'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
      );
      const by = at(encryption?.inputs, 'rules.0.applyServerSideEncryptionByDefault');
      if (at(by, 'sseAlgorithm') === 'aws:kms')
        return named(graph, at(by, 'kmsMasterKeyId'))
          ? undefined
          : 'is encrypted with an unknown key';
      const isForBalancer = policiesOf(graph, node).some(({ principals }) =>
        principals.includes(BALANCER_LOGS),
      );
      return isForBalancer && at(by, 'sseAlgorithm') === 'AES256'
        ? undefined
        : 'is not encrypted with a key of ours';
    }),
  ),
  rule(
    'S3-05',
    'No bucket goes with what is in it.',
    {},
    each([BUCKET], ({ inputs, options }) =>
      inputs['forceDestroy'] !== true && options.protect ? undefined : 'can be deleted by mistake',
    ),
  ),
  rule(
    'S3-06',
    'No policy of a bucket lets anybody in.',
    { checkov: ['CKV_AWS_70', 'CKV2_AWS_6'], nag: ['S5'] },
    each([BUCKET], (node, graph) =>
      policiesOf(graph, node).some(isOpen) ? 'lets anybody in' : undefined,
    ),
  ),
  rule(
    'S3-07',
    'What proves the past cannot be changed for a year, by anybody. (OBS-2)',
    { checkov: ['CKV_AWS_143'] },
    each([BUCKET], (node, graph) => {
      if (!proves(graph, node)) return undefined;
      const lock = beside(
        graph,
        node,
        'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration',
      ).find(({ inputs }) => at(inputs, 'rule.defaultRetention.mode') === 'COMPLIANCE');
      const days = at(lock?.inputs, 'rule.defaultRetention.days');
      const isLocked = node.inputs['objectLockEnabled'] === true && Number(days ?? 0) >= YEAR;
      return isLocked ? undefined : 'can be rewritten within a year';
    }),
  ),
  rule(
    'S3-08',
    'What expires has been there for a year. (OBS-2)',
    { checkov: ['CKV_AWS_300'] },
    each(['aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration'], ({ inputs }) =>
      listAt(inputs, 'rules').some((one) => Number(at(one, 'expiration.days') ?? YEAR) < YEAR)
        ? 'lets go within a year'
        : undefined,
    ),
  ),
];

function beside(graph: Graph, bucket: Node, type: string): readonly Node[] {
  return ofType(graph, type).filter(({ inputs }) => textAt(inputs, 'bucket') === bucket.id);
}

function policiesOf(graph: Graph, bucket: Node) {
  return beside(graph, bucket, 'aws:s3/bucketPolicy:BucketPolicy').flatMap((policy) =>
    statementsAt(policy, 'policy'),
  );
}

/** The anchors of the audit trail, and the account's own trail. */
function proves(graph: Graph, bucket: Node): boolean {
  return (
    /app:infra:Archive::/.test(bucket.parent) ||
    ofType(graph, 'aws:cloudtrail/trail:Trail').some(
      ({ inputs }) => inputs['s3BucketName'] === bucket.id,
    )
  );
}
