import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from './derive/root.ts';
import { installedParts } from './lock/lockfile.ts';
import { printSbom } from './sbom/bom.ts';

// Made from the locks alone, so that it can be made before anything is installed.
const FOLDER = new URL('sbom/', ROOT);

mkdirSync(FOLDER, { recursive: true });
for (const installed of installedParts(fileURLToPath(ROOT))) {
  writeFileSync(new URL(`${installed.part}.cdx.json`, FOLDER), printSbom(installed));
  process.stdout.write(`sbom/${installed.part}.cdx.json\n`);
}
