import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import type { Write } from '../project/changes.ts';
import { sha256 } from '../templates.ts';
import { withProjectLock } from './lock.ts';
import { FILE_MODE, FOLDER_MODE } from './modes.ts';
import { resolveBelow } from './paths.ts';

/** Lives in the project only while a run writes to it. */
export const JOURNAL_FOLDER = '.secure-app.journal';
const JOURNAL_FILE = 'journal.json';

/** One step, with all that is needed to take it back. */
interface Step {
  readonly path: string;
  /** Hash of what stood there before; absent when nothing did. The bytes are in `old/<index>`. */
  readonly before?: string;
  /** Hash of what stands there after; absent for a deletion. The bytes are in `new/<index>` until applied. */
  readonly after?: string;
}

interface Journal {
  readonly steps: readonly Step[];
  /** Folders that do not exist yet, outermost first. */
  readonly folders: readonly string[];
}

/**
 * Applies all writes or none. Everything is staged beside its target first; once the journal is on disk, a crash at
 * any moment is rolled back by {@link recover} at the next start, and removing the journal is the commit.
 *
 * Call it with the project's lock held.
 *
 * @throws UserError `E_CHANGED_MEANWHILE` when a file is no longer what the plan was made from.
 */
export function applyWithJournal(
  root: string,
  writes: readonly Write[],
  read: (path: string) => string | undefined,
): void {
  const folder = join(root, JOURNAL_FOLDER);
  try {
    const journal = stage(root, folder, writes, read);
    writeJournal(folder, journal);
    for (const missing of journal.folders)
      mkdirSync(resolveBelow(root, missing), { recursive: true, mode: FOLDER_MODE });
    journal.steps.forEach((step, index) => applyStep(root, folder, step, index));
    removeEmptyFolders(root, journal.steps);
  } catch (cause) {
    takeBack(root, cause);
    throw cause;
  }
  rmSync(join(folder, JOURNAL_FILE));
  rmSync(folder, { recursive: true });
}

/** A disk that failed once may fail again: then the journal stays, and the next run takes back what this one could not. */
function takeBack(root: string, cause: unknown): void {
  try {
    recover(root);
  } catch {
    throw halfDone(cause);
  }
}

/** Rolls back what a crashed run left in a folder, if it did, under the folder's lock. */
export async function recoverCrashed(root: string): Promise<void> {
  if (!existsSync(join(root, JOURNAL_FOLDER))) return;
  await withProjectLock(root, async () => void recover(root));
}

/** Rolls back what a crashed run left behind; the lock must be held. Does nothing when there is nothing. Returns whether it did something. */
export function recover(root: string): boolean {
  const folder = join(root, JOURNAL_FOLDER);
  if (!existsSync(folder)) return false;
  const journal = readJournal(folder);
  if (journal) {
    journal.steps.forEach((step, index) => revertStep(root, folder, step, index));
    for (const created of journal.folders.toReversed()) removeIfEmpty(resolveBelow(root, created));
    rmSync(join(folder, JOURNAL_FILE));
  }
  rmSync(folder, { recursive: true });
  return true;
}

function stage(
  root: string,
  folder: string,
  writes: readonly Write[],
  read: (path: string) => string | undefined,
): Journal {
  mkdirSync(join(folder, 'new'), { recursive: true, mode: FOLDER_MODE });
  mkdirSync(join(folder, 'old'));
  const folders = new Set<string>();
  const steps = writes.map((write, index): Step => {
    const target = resolveBelow(root, write.path);
    addMissingFolders(root, write.path, folders);
    const before = read(write.path);
    if (before !== undefined) copyFileSync(target, join(folder, 'old', String(index)));
    if (write.kind === 'delete')
      return { path: write.path, ...(before === undefined ? {} : { before: sha256(before) }) };
    writeDurably(join(folder, 'new', String(index)), write.content);
    return {
      path: write.path,
      ...(before === undefined ? {} : { before: sha256(before) }),
      after: sha256(write.content),
    };
  });
  return { steps, folders: [...folders] };
}

/** Outermost first; a folder is looked for once, however many files go into it. */
function addMissingFolders(root: string, path: string, known: Set<string>): void {
  const parent = dirname(path);
  if (parent === '.' || known.has(parent) || existsSync(join(root, parent))) return;
  addMissingFolders(root, parent, known);
  known.add(parent);
}

/** The journal appears whole or not at all. */
function writeJournal(folder: string, journal: Journal): void {
  const unfinished = join(folder, `${JOURNAL_FILE}.partial`);
  writeDurably(unfinished, JSON.stringify(journal));
  renameSync(unfinished, join(folder, JOURNAL_FILE));
}

function readJournal(folder: string): Journal | undefined {
  const path = join(folder, JOURNAL_FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Journal) : undefined;
}

function applyStep(root: string, folder: string, step: Step, index: number): void {
  const target = resolveBelow(root, step.path);
  if (hashOf(target) !== step.before) throw changedMeanwhile(step.path);
  if (step.after === undefined) {
    rmSync(target, { force: true });
    return;
  }
  renameSync(join(folder, 'new', String(index)), target);
}

/** Takes a step back if it was taken; a file that is neither ours nor the old one is a person's and stays. */
function revertStep(root: string, folder: string, step: Step, index: number): void {
  const target = resolveBelow(root, step.path);
  const current = hashOf(target);
  if (current === step.before || (current !== undefined && current !== step.after)) return;
  if (step.before === undefined) {
    rmSync(target, { force: true });
    return;
  }
  mkdirSync(dirname(target), { recursive: true, mode: FOLDER_MODE });
  // Moved, not copied: a full disk has no room for a second copy. Gone means that it was moved before.
  const old = join(folder, 'old', String(index));
  if (existsSync(old)) renameSync(old, target);
}

function removeEmptyFolders(root: string, steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.after !== undefined) continue;
    for (let parent = dirname(step.path); parent !== '.'; parent = dirname(parent)) {
      if (!removeIfEmpty(join(root, parent))) break;
    }
  }
}

function removeIfEmpty(folder: string): boolean {
  if (!existsSync(folder) || readdirSync(folder).length > 0) return false;
  rmdirSync(folder);
  return true;
}

function hashOf(path: string): string | undefined {
  return existsSync(path) ? sha256(readFileSync(path, 'utf8')) : undefined;
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, 'wx', FILE_MODE);
  try {
    // Unlike a single write, which a nearly full disk cuts short without an error.
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function halfDone(cause: unknown): UserError {
  return new UserError(
    'E_HALF_DONE',
    EXIT.environment,
    'The disk failed while the project was being changed, and again while that was taken back.',
    'Mend the disk, then run any command here, `create-secure-app list` say: it first takes back the rest.',
    { cause },
  );
}

function changedMeanwhile(path: string): UserError {
  return new UserError(
    'E_CHANGED_MEANWHILE',
    EXIT.needsYou,
    `${path} changed while the run was at work, so nothing was written.`,
    'Run the command again.',
  );
}
