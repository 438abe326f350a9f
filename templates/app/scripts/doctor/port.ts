import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { claimsOn, isLive } from '@app/platform/database/claim';
import { readConfig } from '../../services/api/config.ts';
import type { Examine, Finding } from './finding.ts';

/** Whether something else than this service listens where it would. */
export const port: Examine = async (root) => {
  const config = readConfig(['--local']);
  if (!config.ok) return config.error.map((says) => ({ says, mend: 'env' }));
  for (const { claim } of await claimsOn(join(root, '.data/api')))
    if (await isLive(claim)) return [];
  return takenPort(config.value.host, config.value.port);
};

export async function takenPort(host: string, number: number): Promise<Finding[]> {
  const server = createServer();
  try {
    server.listen(number, host);
    await once(server, 'listening');
    server.close();
    return [];
  } catch {
    const says = `Port ${number} is taken by another program.`;
    return [{ says, mend: `PORT=${number + 1} npm start` }];
  }
}
