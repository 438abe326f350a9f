import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const READ_BY_OTHERS = 0o077;
const CHANGED_BY_OTHERS = 0o022;
const HAS_MODES = process.platform !== 'win32';

/** Reads a file that only its owner can read. Undefined if it does not exist. (HOOK-6) */
export async function readPrivate(path: string): Promise<string | undefined> {
  const file = await openPrivate(path, constants.O_RDONLY);
  if (file === undefined) return undefined;
  return file.readFile('utf8').finally(() => file.close());
}

/** Creates the whole file or nothing. False if another process created it first. */
export async function createPrivate(path: string, text: string): Promise<boolean> {
  const partial = await writePartial(path, text);
  try {
    // A link, because a rename would replace a file that another process already uses.
    await link(partial, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

export async function replacePrivate(path: string, text: string): Promise<void> {
  await rename(await writePartial(path, text), path);
  await syncFolder(dirname(path));
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await isFolderOfOurs(path);
}

// A user with write access to the folder could replace its files. False if the folder does not exist.
async function isFolderOfOurs(path: string): Promise<boolean> {
  const found = await stat(path).catch(refusal(path));
  if (found === undefined) return false;
  if (HAS_MODES && ((found.mode & CHANGED_BY_OTHERS) !== 0 || !isOwn(found.uid)))
    throw new Error(`${path} can be changed by others: make it yours, and run chmod 700 on it.`);
  return true;
}

export async function openPrivate(path: string, flags: number): Promise<FileHandle | undefined> {
  if ((flags & constants.O_CREAT) !== 0) await makeFolder(dirname(path));
  else if (!(await isFolderOfOurs(dirname(path)))) return undefined;
  // Check the open file and follow no link: an attacker could swap the file between a check and an open. (HOOK-6)
  const file = await open(path, flags | constants.O_NOFOLLOW, 0o600).catch(refusal(path));
  if (file === undefined) return undefined;
  const { mode, uid, isOurs } = await whoseIs(file);
  if (isOurs && (!HAS_MODES || (mode & READ_BY_OTHERS) === 0)) return file;
  await file.close();
  throw new Error(
    isOurs
      ? `${path} can be read by others: treat what is in it as known, and run chmod 600 on it.`
      : `${path} belongs to user ${uid} or is no plain file: it is not read.`,
  );
}

function refusal(path: string) {
  return (error: NodeJS.ErrnoException): undefined => {
    if (error.code === 'ENOENT') return undefined;
    if (error.code === 'ELOOP') throw new Error(`${path} is a link: it is not followed.`);
    throw error;
  };
}

async function whoseIs(file: FileHandle) {
  const { mode, uid } = await file.stat();
  const isOurs = (mode & constants.S_IFMT) === constants.S_IFREG && isOwn(uid);
  return { mode, uid, isOurs };
}

async function writePartial(path: string, text: string): Promise<string> {
  await makeFolder(dirname(path));
  const partial = `${path}.${randomBytes(8).toString('hex')}.partial`;
  const file = await open(partial, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return partial;
}

function isOwn(uid: number): boolean {
  return !HAS_MODES || uid === process.geteuid?.();
}

// A new name survives a power failure only after its folder is synced.
async function syncFolder(path: string): Promise<void> {
  if (!HAS_MODES) return;
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}
