import { readdirSync, statSync, existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { claimsOn, isLive } from '@app/platform/database/claim';
import type { Examine, Finding } from './finding.ts';

const OF_OTHERS = 0o077;

/** Whether the data is nobody else's to read, and no claim of a process that is gone lies on it. */
export const dataFolder: Examine = async (root) => {
  const data = join(root, '.data');
  if (!existsSync(data)) return [];
  const folders = [data, ...readdirSync(data).map((name) => join(data, name))].filter((path) =>
    statSync(path).isDirectory(),
  );
  const findings: Finding[] = [];
  // Within a folder that is closed to others nothing is open to them.
  const isOpen = folders.slice(1).some((folder) => (statSync(folder).mode & OF_OTHERS) !== 0);
  if (process.platform !== 'win32' && isOpen) {
    findings.push({ says: 'Others on this machine may read .data.', mend: 'chmod -R go= .data' });
  }
  for (const folder of folders) findings.push(...(await staleClaims(folder)));
  return findings;
};

async function staleClaims(folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, host, claim } of await claimsOn(folder)) {
    const mend = `rm ${join(folder, name)}`;
    if (host !== hostname()) {
      findings.push({
        says: `A process on ${host} claims ${folder}: nothing opens it until that claim is gone.`,
        mend,
      });
    } else if (!(await isLive(claim))) {
      findings.push({ says: `A process that was killed left its claim on ${folder}.`, mend });
    }
  }
  return findings;
}
