import { fileURLToPath } from 'node:url';

/** The root folder of the project. */
export const ROOT = new URL('../../../', import.meta.url);

export const MIGRATIONS = new URL('migrations/', ROOT);
export const POLICIES = new URL('policies/', ROOT);
export const EGRESS = new URL('security/egress/', ROOT);
export const LINEAGE = new URL('security/lineage/', ROOT);

/** The default folder for databases, keys, secrets and anchors of services on this machine. */
export const LOCAL_FOLDER = fileURLToPath(new URL('.data', ROOT));
