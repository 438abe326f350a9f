import { fileURLToPath } from 'node:url';

export const MIGRATIONS = new URL('../../migrations/', import.meta.url);
export const POLICIES = new URL('../../policies/', import.meta.url);
export const OPENAPI = new URL('openapi.json', import.meta.url);
export const LOCAL_DATA = fileURLToPath(new URL('../../.data/api', import.meta.url));
