import type { Mutation } from './mutation.ts';
import { auditRecordMutations } from './audit-record.ts';
import { auditPurgeMutations } from './audit-purge.ts';
import { authorizationMutations } from './authorization.ts';
import { awsMutations } from './aws.ts';
import { commandsMutations } from './commands.ts';
import { databaseMutations } from './database.ts';
import { developmentMutations } from './development.ts';
import { egressDispatcherMutations } from './egress-dispatcher.ts';
import { egressChosenMutations } from './egress-chosen.ts';
import { httpSessionsMutations } from './http-sessions.ts';
import { httpServerMutations } from './http-server.ts';
import { httpRequestHeadMutations } from './http-request-head.ts';
import { httpOpenapiMutations } from './http-openapi.ts';
import { httpIdempotencyMutations } from './http-idempotency.ts';
import { infraMutations } from './infra.ts';
import { infraBootstrapMutations } from './infra-bootstrap.ts';
import { infraComponentsLogsMutations } from './infra-components-logs.ts';
import { infraComponentsDatabaseMutations } from './infra-components-database.ts';
import { infraTestMutations } from './infra-test.ts';
import { jobsAttemptMutations } from './jobs-attempt.ts';
import { jobsLineageReportsMutations } from './jobs-lineage-reports.ts';
import { keysMutations } from './keys.ts';
import { localMutations } from './local.ts';
import { loggingMutations } from './logging.ts';
import { mailMutations } from './mail.ts';
import { migrations0003SessionMutations } from './migrations-0003_session.ts';
import { migrations0005AuditSealMutations } from './migrations-0005_audit_seal.ts';
import { moduleHealthCheckMutations } from './module-health-check.ts';
import { moduleIntegrationMutations } from './module-integration.ts';
import { moduleModelClientMutations } from './module-model-client.ts';
import { moduleNotesMutations } from './module-notes.ts';
import { moduleOutboundWebhookMutations } from './module-outbound-webhook.ts';
import { outboundWebhooksMutations } from './outbound-webhooks.ts';
import { platformMutations } from './platform.ts';
import { policiesMutations } from './policies.ts';
import { projectFilesPackageMutations } from './project-files-package.ts';
import { projectFilesLineageMutations } from './project-files-lineage.ts';
import { scriptsSecretScanMutations } from './scripts-secret-scan.ts';
import { scriptsSupplyChainMutations } from './scripts-supply-chain.ts';
import { scriptsLintSecurityMutations } from './scripts-lint-security.ts';
import { secretsMutations } from './secrets.ts';
import { serviceMutations } from './service.ts';
import { serviceRoomMutations } from './service-room.ts';
import { sessionsMutations } from './sessions.ts';
import { telemetryMutations } from './telemetry.ts';
import { webhookEndpointStripeMutations } from './webhook-endpoint-stripe.ts';
import { webhookEndpointHttpSignatureMutations } from './webhook-endpoint-http-signature.ts';
import { webhooksSchemeMutations } from './webhooks-scheme.ts';
import { webhooksKeyRingMutations } from './webhooks-key-ring.ts';
import { webhooksRotateKeyMutations } from './webhooks-rotate-key.ts';

/** Every guard that is taken out of an emitted project, by the subject of the file that it stands in. */
export const mutations: readonly Mutation[] = [
  ...auditRecordMutations,
  ...auditPurgeMutations,
  ...authorizationMutations,
  ...awsMutations,
  ...commandsMutations,
  ...databaseMutations,
  ...developmentMutations,
  ...egressDispatcherMutations,
  ...egressChosenMutations,
  ...httpSessionsMutations,
  ...httpServerMutations,
  ...httpRequestHeadMutations,
  ...httpOpenapiMutations,
  ...httpIdempotencyMutations,
  ...infraMutations,
  ...infraBootstrapMutations,
  ...infraComponentsLogsMutations,
  ...infraComponentsDatabaseMutations,
  ...infraTestMutations,
  ...jobsAttemptMutations,
  ...jobsLineageReportsMutations,
  ...keysMutations,
  ...localMutations,
  ...loggingMutations,
  ...mailMutations,
  ...migrations0003SessionMutations,
  ...migrations0005AuditSealMutations,
  ...moduleHealthCheckMutations,
  ...moduleIntegrationMutations,
  ...moduleModelClientMutations,
  ...moduleNotesMutations,
  ...moduleOutboundWebhookMutations,
  ...outboundWebhooksMutations,
  ...platformMutations,
  ...policiesMutations,
  ...projectFilesPackageMutations,
  ...projectFilesLineageMutations,
  ...scriptsSecretScanMutations,
  ...scriptsSupplyChainMutations,
  ...scriptsLintSecurityMutations,
  ...secretsMutations,
  ...serviceMutations,
  ...serviceRoomMutations,
  ...sessionsMutations,
  ...telemetryMutations,
  ...webhookEndpointStripeMutations,
  ...webhookEndpointHttpSignatureMutations,
  ...webhooksSchemeMutations,
  ...webhooksKeyRingMutations,
  ...webhooksRotateKeyMutations,
];
