export { openClient as addressLookupClient } from './client.ts';
export type { Client as AddressLookupClient } from './client.ts';
export type { Failure } from './calls.ts';
export type { Item, NewItem } from './schemas.ts';
