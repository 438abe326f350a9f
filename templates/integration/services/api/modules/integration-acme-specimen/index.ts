export { openClient as acmeSpecimenClient } from './client.ts';
export type { Client as AcmeSpecimenClient } from './client.ts';
export type { Failure } from './calls.ts';
export type { Item, NewItem } from './schemas.ts';
