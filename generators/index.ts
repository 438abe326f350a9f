import type { Generator } from '../src/define-generator.ts';
import app from './app/generator.ts';
import healthCheck from './health-check/generator.ts';
import infra from './infra/generator.ts';
import integration from './integration/generator.ts';
import jobs from './jobs/generator.ts';
import mail from './mail/generator.ts';
import modelClient from './model-client/generator.ts';
import notes from './notes/generator.ts';
import outboundWebhook from './outbound-webhook/generator.ts';
import outboundWebhooks from './outbound-webhooks/generator.ts';
import resource from './resource/generator.ts';
import telemetry from './telemetry/generator.ts';
import webhook from './webhook/generator.ts';
import webhooks from './webhooks/generator.ts';

/** Every generator that ships, in the order `list` shows them. */
export const generators: readonly Generator[] = [
  app,
  notes,
  healthCheck,
  resource,
  integration,
  modelClient,
  infra,
  jobs,
  webhooks,
  webhook,
  outboundWebhooks,
  outboundWebhook,
  mail,
  telemetry,
];
