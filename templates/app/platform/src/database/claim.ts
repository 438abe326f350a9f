import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

export interface Claim {
  release(): Promise<void>;
}

// Two processes that start together may both step back; they try again at different moments.
const ATTEMPTS = 3;
const STEP_BACK_MS = 100;

const CLAIM = /^owner\.(?<host>[^.]+)\.(?<pid>\d+)\.(?<start>\d+)\.[0-9a-f]{16}$/;

/**
 * Makes this process the folder's owner, or says who is. Each process writes a claim under a name of
 * its own and then looks for others: of two, at least one sees the other and steps back. A claim
 * whose process is dead is swept away; its name is never used again, so no sweep can hit a live one.
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

// On another host (a container, a shared disk) nobody can tell whether the process lives, so it does.
export async function isLive(claim: Record<string, string>): Promise<boolean> {
  return claim['host'] !== host() || processIsAlive(Number(claim['pid']), Number(claim['start']));
}

export interface FoundClaim {
  readonly name: string;
  readonly host: string;
  readonly claim: Record<string, string>;
}

/** Every claim on a folder, live or not, without making one. */
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
