import type { Finding, Graph } from './graph.ts';
import { dataRules } from './rules/data.ts';
import { identityRules } from './rules/identity.ts';
import { networkRules } from './rules/network.ts';
import { programRules } from './rules/programs.ts';
import type { GraphRule } from './rules/rule.ts';
import { watchRules } from './rules/watch.ts';

export const rules: readonly GraphRule[] = [
  ...networkRules,
  ...programRules,
  ...dataRules,
  ...identityRules,
  ...watchRules,
];

/** The numbers of the same demands in Checkov (CKV) and cdk-nag, for an auditor. */
const sameDemands = new Map(
  `
SG-01 CKV_AWS_24 CKV_AWS_25 CKV_AWS_260 CKV_AWS_277 EC23; SG-02 CKV_AWS_382
SG-03 CKV_AWS_23 CKV2_AWS_12; NET-01 CKV_AWS_130 CKV_AWS_333; NET-02 CKV_AWS_123
NET-03 CKV2_AWS_11 VPC7; NET-04 CKV2_AWS_44 VPC3; LB-01 CKV_AWS_2 CKV_AWS_103 ELB5
LB-02 CKV2_AWS_20; LB-03 CKV_AWS_131 CKV_AWS_328; LB-04 CKV_AWS_91 ELB2; LB-05 CKV2_AWS_28
LB-06 CKV_AWS_150; WAF-01 CKV_AWS_192; WAF-02 CKV2_AWS_31; EGR-04 CKV_AWS_344; ECS-01 CKV_AWS_336
ECS-03 CKV_AWS_334 CKV_AWS_335; ECS-05 CKV_AWS_333; ECS-07 CKV_AWS_249; ECS-08 ECS7
ECS-10 CKV_AWS_335; ECS-11 ECS2; ECR-01 CKV_AWS_51 CKV_AWS_163 CKV_AWS_136 ECR1
DB-01 CKV_AWS_96 CKV_AWS_327 RDS2; DB-02 CKV_AWS_162 RDS6; DB-03 CKV_AWS_139 RDS10
DB-04 CKV2_AWS_69; DB-05 CKV_AWS_324 RDS16; DB-06 CKV_AWS_133 CKV_AWS_313 RDS13
DB-08 CKV_AWS_17 RDS3; DB-09 CKV_AWS_353 CKV_AWS_354 CKV_AWS_226
S3-01 CKV_AWS_53 CKV_AWS_54 CKV_AWS_55 CKV_AWS_56 CKV2_AWS_6 S2 S8; S3-02 CKV_AWS_379 S10
S3-03 CKV_AWS_21; S3-04 CKV_AWS_145 S3; S3-06 CKV_AWS_70 CKV2_AWS_6 S5; S3-07 CKV_AWS_143
S3-08 CKV_AWS_300; KMS-01 CKV_AWS_7 KMS5; KMS-02 CKV2_AWS_64 CKV_AWS_33; SEC-01 CKV_AWS_149
SEC-02 CKV_AWS_304 CKV2_AWS_57 SMG4
IAM-01 CKV_AWS_62 CKV_AWS_63 CKV_AWS_286 CKV_AWS_287 CKV_AWS_288 CKV_AWS_289 IAM5
IAM-02 CKV_AWS_290 CKV_AWS_355 IAM5; IAM-03 CKV_AWS_274 IAM4; IAM-04 CKV_AWS_60 CKV_AWS_61
OIDC-01 CKV_AWS_358; IAM-05 CKV_AWS_286; BAN-01 CKV_AWS_273 CKV2_AWS_22; BAN-03 CKV_AWS_46
LOG-01 CKV_AWS_66 CKV_AWS_338; LOG-02 CKV_AWS_158; SNS-01 CKV_AWS_26 SNS2; SNS-02 CKV_AWS_169 SNS3
ALM-01 CKV_AWS_319; CT-01 CKV_AWS_67 CKV_AWS_251; CT-02 CKV_AWS_36; CT-03 CKV_AWS_35
CT-04 CKV2_AWS_10; DET-01 CKV2_AWS_3; DET-02 CKV_AWS_238; SES-01 CKV_AWS_365
`
    .trim()
    .split(/; |\n/)
    .map((line) => line.split(/ (.*)/) as [id: string, numbers: string]),
);

export function findingsOf(graph: Graph): readonly Finding[] {
  return rules
    .flatMap(({ find }) => find(graph))
    .map((finding) => ({
      ...finding,
      says: [finding.says, sameDemands.get(finding.rule)].filter(Boolean).join(' '),
    }));
}
