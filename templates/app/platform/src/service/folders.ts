import { fileURLToPath } from 'node:url';

/** The root of the project, which `platform/` is a part of. */
export const ROOT = new URL('../../../', import.meta.url);

export const MIGRATIONS = new URL('migrations/', ROOT);
export const POLICIES = new URL('policies/', ROOT);
export const EGRESS = new URL('security/egress/', ROOT);
export const LINEAGE = new URL('security/lineage/', ROOT);

/** What services keep on this machine unless the configuration says otherwise: databases, keys, secrets and anchors. */
export const LOCAL_FOLDER = fileURLToPath(new URL('.data', ROOT));
