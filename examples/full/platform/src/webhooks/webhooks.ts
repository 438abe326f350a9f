export type { Endpoint, Handled, Raw, VerifiedWebhook } from './endpoint.ts';
export type { EndpointKey } from './keys-file.ts';
export { defineEndpoint } from './endpoint.ts';
export { keysIn } from './keys-file.ts';
export type { Outcome, Receiver } from './receive.ts';
export { createReceiver } from './receive.ts';
export { webhookJob } from './job.ts';
