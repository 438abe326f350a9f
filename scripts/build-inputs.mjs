import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything dist is made from; the lock stands for the bundled packages. */
const INPUTS = ['src', 'generators', 'templates', 'scripts', 'package.json', 'package-lock.json'];
/** Says what dist was built from. Beside the packages, because everything in dist ships. */
export const STAMP = 'node_modules/.cache/dist-inputs.sha256';

const SKIPPED = new Set(['node_modules', '.data', '.DS_Store', 'coverage', '.pulumi']);

/** Contents and paths, not times: a fresh clone and a restored cache must agree with a working copy. */
export function hashInputs(root) {
  const hash = createHash('sha256');
  for (const input of INPUTS) addTo(hash, root, input);
  return hash.digest('hex');
}

function addTo(hash, root, path) {
  const entries = foldersEntries(join(root, path));
  if (entries === undefined) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
    return;
  }
  for (const name of entries.sort()) {
    if (!SKIPPED.has(name)) addTo(hash, root, `${path}/${name}`);
  }
}

function foldersEntries(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
