import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Examine } from './finding.ts';

/** Whether schema.sql, the API's description, the decision matrix and the control table follow from their sources. */
export const derivedFiles: Examine = (root) => {
  const command = [join(root, 'scripts/refresh.ts'), '--check'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return [];
  const stale = [...stdout.matchAll(/^stale (.+)$/gm)].map(([, path]) => path);
  const says =
    stale.length > 0
      ? `Stale: ${stale.join(', ')}.`
      : `Nothing can be derived: ${stderr.trim().split('\n')[0]}`;
  return [{ says, mend: 'npm run refresh' }];
};
