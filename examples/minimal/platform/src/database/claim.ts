import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const UNKNOWN = 0;

/** The start time of a process in kernel ticks, or 0 where the system does not report it. */
export async function startOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program name in brackets, which may contain brackets and spaces.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(afterName[19] ?? UNKNOWN);
}

/** Whether that process still runs. A pid is reused, a pair of pid and start time is not. */
async function processIsAlive(pid: number, start: number): Promise<boolean> {
  if (!pidIsUsed(pid)) return false;
  const startNow = await startOf(pid);
  // The permission model may hide the start time: then the owner counts as alive.
  return start === UNKNOWN || startNow === UNKNOWN || start === startNow;
}

function pidIsUsed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Any other error, such as a process of another user, means that the process exists.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

export interface Claim {
  release(): Promise<void>;
}

// Two processes that start together may both withdraw, so each retries after a random delay.
const ATTEMPTS = 3;
const STEP_BACK_MS = 100;

const CLAIM = /^owner\.(?<host>[^.]+)\.(?<pid>\d+)\.(?<start>\d+)\.[0-9a-f]{16}$/;

/**
 * Makes this process the owner of the folder, or throws an error that names the owner. Each process writes a claim with
 * a unique name, then looks for others. Of two, at least one sees the other and withdraws. Claims of dead processes are
 * removed.
 */
export async function claimFolder(folder: string): Promise<Claim> {
  for (let attempt = 1; ; attempt += 1) {
    const claim = await writeClaim(folder);
    const other = await otherOwner(folder, claim);
    if (other === undefined) return { release: () => rm(claim, { force: true }) };

    await rm(claim, { force: true });
    if (attempt === ATTEMPTS) throw new Error(refusal(folder, other));
    await sleep(STEP_BACK_MS * Math.random());
  }
}

async function writeClaim(folder: string): Promise<string> {
  const name = ['owner', host(), process.pid, await startOf(process.pid), unique()].join('.');
  const file = await open(join(folder, name), 'wx', 0o600);
  await file.close();
  return join(folder, name);
}

async function otherOwner(folder: string, own: string): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    const found = CLAIM.exec(name)?.groups;
    if (found === undefined || name === basename(own)) continue;
    if (await isLive(found)) return name;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

// A process on another host, such as a container on a shared disk, cannot be checked: it counts as alive.
export async function isLive(claim: Record<string, string>): Promise<boolean> {
  return claim['host'] !== host() || processIsAlive(Number(claim['pid']), Number(claim['start']));
}

interface FoundClaim {
  readonly name: string;
  readonly host: string;
  readonly claim: Record<string, string>;
}

/** Lists all claims on a folder, of live and dead processes, without adding one. */
export async function claimsOn(folder: string): Promise<readonly FoundClaim[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const claim = CLAIM.exec(name)?.groups;
    return claim ? [{ name, host: decodeURIComponent(claim['host'] ?? ''), claim }] : [];
  });
}

function refusal(folder: string, name: string): string {
  const { host: owner = '', pid = '' } = CLAIM.exec(name)?.groups ?? {};
  const where = owner === host() ? '' : ` on ${decodeURIComponent(owner)}`;
  return (
    `${folder} is in use by process ${pid}${where}: a second opener would lose data. ` +
    `Stop that process first (if it is long gone, delete ${join(folder, name)}).`
  );
}

function host(): string {
  return encodeURIComponent(hostname()).replaceAll('.', '%2E');
}

function unique(): string {
  return randomBytes(8).toString('hex');
}
