import { acceptanceMutations } from './acceptances.ts';
import { accessMutations } from './access.ts';
import { answerMutations } from './answers.ts';
import { auditChainMutations } from './audit-chain.ts';
import { awsMutations } from './aws.ts';
import { decisionMutations } from './decisions.ts';
import { deliveryMutations } from './deliveries.ts';
import { descriptionMutations } from './description.ts';
import { egressMutations } from './egress.ts';
import { egressProxyMutations } from './egress-proxy.ts';
import { grantMutations } from './grants.ts';
import { httpMutations } from './http.ts';
import { idempotencyMutations } from './idempotency.ts';
import { infraGraphMutations } from './infra-graph.ts';
import { infraIamMutations } from './infra-iam.ts';
import { infraMutations } from './infra.ts';
import { jobMutations } from './jobs.ts';
import { lineageMutations } from './lineage.ts';
import { logMutations } from './logs.ts';
import { maskingMutations } from './masking.ts';
import { moduleMutations } from './modules.ts';
import type { Mutation } from './mutation.ts';
import { operationsMutations } from './operations.ts';
import { outboundMutations } from './outbound.ts';
import { policyMutations } from './policies.ts';
import { rateLimitMutations } from './rate-limits.ts';
import { roleMutations } from './roles.ts';
import { secretMutations } from './secrets.ts';
import { secondGuardMutations } from './second-guards.ts';
import { sessionMutations } from './sessions.ts';
import { storeMutations } from './stores.ts';
import { supplyCheckMutations } from './supply-checks.ts';
import { supplyMutations } from './supply.ts';
import { trailMutations } from './trail.ts';
import { unclaimedMutations } from './unclaimed.ts';
import { webhookOperationMutations } from './webhook-operations.ts';
import { webhookSchemeMutations } from './webhook-schemes.ts';
import { webhookMutations } from './webhooks.ts';

export const mutations: readonly Mutation[] = [
  ...sessionMutations,
  ...policyMutations,
  ...decisionMutations,
  ...accessMutations,
  ...roleMutations,
  ...grantMutations,
  ...answerMutations,
  ...httpMutations,
  ...descriptionMutations,
  ...logMutations,
  ...maskingMutations,
  ...trailMutations,
  ...auditChainMutations,
  ...storeMutations,
  ...acceptanceMutations,
  ...supplyMutations,
  ...infraMutations,
  ...supplyCheckMutations,
  ...secretMutations,
  ...infraGraphMutations,
  ...infraIamMutations,
  ...moduleMutations,
  ...operationsMutations,
  ...unclaimedMutations,
  ...secondGuardMutations,
  ...idempotencyMutations,
  ...rateLimitMutations,
  ...jobMutations,
  ...egressMutations,
  ...egressProxyMutations,
  ...webhookSchemeMutations,
  ...webhookMutations,
  ...webhookOperationMutations,
  ...deliveryMutations,
  ...lineageMutations,
  ...outboundMutations,
  ...awsMutations,
];
