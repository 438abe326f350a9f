// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Contribution } from './components/contribution.ts';
import { app } from './modules/app.ts';
import { jobs } from './modules/jobs.ts';
import { webhooks } from './modules/webhooks.ts';
import { webhookStripe } from './modules/webhook-stripe.ts';
import { webhookGithub } from './modules/webhook-github.ts';
import { webhookBillingPartner } from './modules/webhook-billing-partner.ts';
import { webhookWarehouse } from './modules/webhook-warehouse.ts';
import { outboundWebhooks } from './modules/outbound-webhooks.ts';
import { integrationAddressLookup } from './modules/integration-address-lookup.ts';
import { modelClientAssistant } from './modules/model-client-assistant.ts';

export const contributions: readonly Contribution[] = [
  app,
  jobs,
  webhooks,
  webhookStripe,
  webhookGithub,
  webhookBillingPartner,
  webhookWarehouse,
  outboundWebhooks,
  integrationAddressLookup,
  modelClientAssistant,
];
