import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Ban } from './bans/faults.ts';
import { faultsOf } from './bans/faults.ts';
import { ROOT } from './derive/root.ts';
import { installedParts } from './lock/lockfile.ts';

const { banned } = JSON.parse(
  readFileSync(new URL('security/banned-packages.json', ROOT), 'utf8'),
) as { banned: Ban[] };

const found = installedParts(fileURLToPath(ROOT)).flatMap(({ part, manifest, lock }) =>
  faultsOf(lock, manifest, banned).map(({ rule, says }) => `${part}  ${rule}  ${says}`),
);
for (const line of found) process.stdout.write(`${line}\n`);
process.exitCode = found.length > 0 ? 1 : 0;
