// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { JobDefinition } from '@app/platform/jobs/jobs';
import type { Services } from '@app/platform/service/module';
import { webhookStripeJobs } from './modules/webhook-stripe/index.ts';
import { webhookGithubJobs } from './modules/webhook-github/index.ts';
import { webhookBillingPartnerJobs } from './modules/webhook-billing-partner/index.ts';
import { webhookWarehouseJobs } from './modules/webhook-warehouse/index.ts';
import { outboundWebhooksJobs } from '@app/platform/outbound-webhooks/module';

export const jobs: readonly JobDefinition<Services>[] = [
  ...webhookStripeJobs,
  ...webhookGithubJobs,
  ...webhookBillingPartnerJobs,
  ...webhookWarehouseJobs,
  ...outboundWebhooksJobs,
];
