// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Module } from '@app/platform/service/module';
import { notes } from './modules/notes/index.ts';
import { jobsModule } from '@app/platform/jobs/module';
import { jobs } from './jobs.ts';
import { webhooks } from '@app/platform/webhooks/module';
import { webhookStripe } from './modules/webhook-stripe/index.ts';
import { webhookGithub } from './modules/webhook-github/index.ts';
import { webhookBillingPartner } from './modules/webhook-billing-partner/index.ts';
import { webhookWarehouse } from './modules/webhook-warehouse/index.ts';
import { outboundWebhooks } from '@app/platform/outbound-webhooks/module';
import { outboundWebhookOrders } from './modules/outbound-webhook-orders/index.ts';
import { telemetry } from '@app/platform/telemetry/module';

export const modules: readonly Module[] = [
  notes,
  jobsModule(jobs),
  webhooks,
  webhookStripe,
  webhookGithub,
  webhookBillingPartner,
  webhookWarehouse,
  outboundWebhooks,
  outboundWebhookOrders,
  telemetry,
];
