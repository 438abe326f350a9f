import { spawnSync } from 'node:child_process';

const ALONE = ['unshare', '--map-root-user', '--net', '--'] as const;

/** Whether this system lets us run a command in a network of its own that leads nowhere. */
export const CAN_CUT_OFF = spawnSync(ALONE[0], [...ALONE.slice(1), 'true']).status === 0;

/** The same command, with no network where the system lets us take it away. */
export function offline(command: readonly string[]): [string, ...string[]] {
  const [file = '', ...args] = CAN_CUT_OFF ? [...ALONE, ...command] : command;
  return [file, ...args];
}
