// Packs what `npm publish` would ship, unpacks it and holds it against what is meant to ship.
//
//   npm run pack:check                       a tarball made for the check
//   node scripts/check-package.mjs x.tgz     that tarball
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow, packageFaults } from './package-faults.mjs';
import { packInto, registryHost, unpackInto } from './pack.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'create-secure-app-pack-'));
try {
  const given = process.argv[2];
  const tarball = given === undefined ? packInto(root, scratch) : resolve(given);
  const folder = join(scratch, 'package');
  unpackInto(tarball, folder);
  report(packageFaults(folder, root, registryHost(root)), folder, tarball);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function report(faults, folder, tarball) {
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) {
    process.exitCode = 1;
    return;
  }
  const paths = filesBelow(folder);
  const bytes = paths.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  for (const path of paths) console.log(path);
  const megabytes = (size) => `${(size / 1e6).toFixed(2)} MB`;
  console.log(
    `${paths.length} files, ${megabytes(bytes)} unpacked, ${megabytes(statSync(tarball).size)} to download.`,
  );
}
