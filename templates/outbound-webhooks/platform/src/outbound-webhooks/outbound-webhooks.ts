export type { EventOf, EventTypes, Published, Stream } from './stream.ts';
export { defineStream, publish } from './stream.ts';
export { deliveryJobs } from './deliver.ts';
