import { readFile } from 'node:fs/promises';

const UNKNOWN = 0;

/** When a process started, in the kernel's ticks; 0 where the system does not tell. */
export async function startOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets and may itself hold brackets and spaces.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(afterName[19] ?? UNKNOWN);
}

/** Whether the process that started then still runs: pids are used again, start times with them not. */
export async function processIsAlive(pid: number, start: number): Promise<boolean> {
  if (!pidIsUsed(pid)) return false;
  const startNow = await startOf(pid);
  // Where the system tells nobody, as under a permission model, an owner that may live must count as alive.
  return start === UNKNOWN || startNow === UNKNOWN || start === startNow;
}

function pidIsUsed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything but "no such process" (say, one of another user) means that there is one.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
