export type { EventOf, EventTypes, Published, Stream } from './outbound-webhooks/stream.ts';
export { defineStream, publish } from './outbound-webhooks/stream.ts';
export { deliveryJobs } from './outbound-webhooks/deliver.ts';
