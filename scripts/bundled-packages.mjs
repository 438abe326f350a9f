import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPermissive } from './licences.mjs';

const IN_PACKAGE = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The packages whose code is in the bundle, as the lock pins them, by the folder that each was taken from.
 *
 * @throws when one is not the version that the lock names, or its licence asks for more than a notice
 */
export async function bundledPackages(root, metafile) {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  return Promise.all(
    foldersIn(metafile).map((folder) => describe(root, folder, lock.packages[folder])),
  );
}

function foldersIn({ outputs }) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = IN_PACKAGE.exec(input)?.[1];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort();
}

async function describe(root, folder, locked) {
  const { name, version, license } = JSON.parse(
    await readFile(join(root, folder, 'package.json'), 'utf8'),
  );
  if (locked?.version !== version || !locked.integrity?.startsWith('sha512-'))
    throw new Error(`${name} ${version} is bundled but not what package-lock.json pins.`);
  if (!isPermissive(license))
    throw new Error(`${name} ${version} is bundled under the licence ${license ?? '(none)'}.`);
  const { integrity, dependencies = {}, peerDependencies = {} } = locked;
  const asks = Object.keys({ ...dependencies, ...peerDependencies });
  return { folder, name, version, license, integrity, asks };
}
