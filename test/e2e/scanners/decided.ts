interface Decision {
  readonly check: string;
  readonly of: RegExp;
  readonly because: string;
}

/** What checkov recommends for the infrastructure and we decided against. The proof fails for one that no longer applies. */
export const DECIDED: readonly Decision[] = [
  {
    check: 'CKV_AWS_18',
    of: /^aws_s3_bucket\.(?:anchors|policies|traffic|trail)$/,
    because: 'CloudTrail records each access to an object, with its caller.',
  },
  {
    check: 'CKV_AWS_118',
    of: /^aws_rds_cluster_instance\.database-app-\d$/,
    because:
      'Performance Insights, with our own key, shows the load. Enhanced monitoring logs into a group of the account.',
  },
  {
    check: 'CKV_AWS_144',
    of: /^aws_s3_bucket\.(?:anchors|policies|traffic|trail)$/,
    because: 'A project runs in one region. Its data must not leave that region by default.',
  },
  {
    check: 'CKV_AWS_145',
    of: /^aws_s3_bucket\.traffic$/,
    because: 'A load balancer writes its log only to a bucket with keys of S3.',
  },
  {
    check: 'CKV_AWS_252',
    of: /^aws_cloudtrail\.trail$/,
    because: 'Alarms read the log group of the trail. A message per file would tell less.',
  },
  {
    check: 'CKV_AWS_260',
    of: /^aws_vpc_security_group_ingress_rule\.internet-edge-80$/,
    because: 'The listener on port 80 only redirects to HTTPS.',
  },
  {
    check: 'CKV_AWS_332',
    of: /^aws_ecs_service\.service-/,
    because: 'The version of the platform is pinned, as all others are. 1.4.0 is the newest.',
  },
  {
    check: 'CKV_AWS_378',
    of: /^aws_lb_target_group\.edge$/,
    because:
      'TLS ends at the load balancer. Its security group alone reaches the tasks, in private subnets.',
  },
  {
    check: 'CKV2_AWS_3',
    of: /^aws_guardduty_detector\.detector$/,
    because: 'GuardDuty is on for the account. An organization sets it up for all of its accounts.',
  },
  {
    check: 'CKV2_AWS_5',
    of: /^aws_security_group\.(?:api|logins|migrate|operator|worker)$/,
    because: 'They belong to tasks. Tasks that an operator starts are in no plan.',
  },
  {
    check: 'CKV2_AWS_8',
    of: /^aws_rds_cluster\.database-app$/,
    because: 'Aurora keeps continuous backups itself, in production for 35 days.',
  },
  {
    check: 'CKV2_AWS_27',
    of: /^aws_rds_cluster\.database-app$/,
    because:
      'A logged statement contains its values, so none is logged. pgaudit records changes of rights.',
  },
  {
    check: 'CKV2_AWS_57',
    of: /^aws_secretsmanager_secret\.secret-/,
    because:
      'Another party makes these secrets. `stack.sh old-secrets` lists those that are too old.',
  },
  {
    check: 'CKV2_AWS_61',
    of: /^aws_s3_bucket\.(?:anchors|policies|trail)$/,
    because: 'They hold evidence, which is kept.',
  },
  {
    check: 'CKV2_AWS_62',
    of: /^aws_s3_bucket\.(?:anchors|policies|traffic|trail)$/,
    because: 'Nothing has to happen when an object is written.',
  },
  {
    check: 'CKV2_AWS_76',
    of: /^aws_lb\.edge$/,
    because:
      'KnownBadInputs covers Log4j and is on. The check also wants AnonymousIpList, which refuses users of a VPN.',
  },
];
