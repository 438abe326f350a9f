export type { Endpoint, EndpointKey, Handled, Raw, VerifiedWebhook } from './webhooks/endpoint.ts';
export { defineEndpoint } from './webhooks/endpoint.ts';
export { keysIn } from './webhooks/keys-file.ts';
export type { Outcome, Receiver } from './webhooks/receive.ts';
export { createReceiver } from './webhooks/receive.ts';
export { webhookJob } from './webhooks/job.ts';
