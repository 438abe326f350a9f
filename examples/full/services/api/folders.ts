import { fileURLToPath } from 'node:url';

export const MIGRATIONS = new URL('../../migrations/', import.meta.url);
export const POLICIES = new URL('../../policies/', import.meta.url);
export const EGRESS = new URL('../../security/egress/', import.meta.url);
export const LINEAGE = new URL('../../security/lineage/', import.meta.url);
export const OPENAPI = new URL('openapi.json', import.meta.url);
// What the service keeps on this machine: its embedded database, keys, secrets and anchors.
export const LOCAL_FOLDER = fileURLToPath(new URL('../../.data', import.meta.url));
export const LOCAL_DATA = fileURLToPath(new URL('../../.data/api', import.meta.url));
