import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, sep } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import { LOCK_FILE, isRunning } from './lock.ts';
import { FILE_MODE, FOLDER_MODE } from './modes.ts';
import { assertSafePath } from './paths.ts';

export interface NewFile {
  readonly path: string;
  readonly content: string;
  /** The content in UTF-8, where it is at hand. */
  readonly bytes?: Uint8Array;
}

/** What may stand in a folder that a project is created in: its history, and the lock of a run that was killed. */
const TOLERATED = new Set(['.git', LOCK_FILE]);

/** What follows the prefix of a staging folder: the process, and chance. Only such a folder is ours to remove. */
const STAGING_SUFFIX = /^(\d+)-[0-9a-f]{8}$/;

/**
 * What stands where the project is to go: nothing, or a folder that is empty or holds only `.git`.
 *
 * @throws UserError `E_NOT_EMPTY`, `E_NOT_A_FOLDER`, `E_NO_PARENT`
 */
export function inspectTarget(target: string): 'nothing' | 'folder' {
  const stat = lstatSync(target, { throwIfNoEntry: false });
  if (stat === undefined) {
    if (existsSync(dirname(target)) && statSync(dirname(target)).isDirectory()) return 'nothing';
    throw refused(
      'E_NO_PARENT',
      'The folder that would hold the project does not exist.',
      'Create it first.',
    );
  }
  if (!stat.isDirectory()) {
    throw refused(
      'E_NOT_A_FOLDER',
      'There is a file or a link where the project would go.',
      'Choose another directory.',
    );
  }
  const [present] = readdirSync(target).filter((name) => !TOLERATED.has(name));
  if (present === undefined) return 'folder';
  throw refused(
    'E_NOT_EMPTY',
    'The directory is not empty, and a project is never written over something else.',
    'Choose another directory, or empty this one (a `.git` folder may stay).',
  );
}

/**
 * Writes a whole tree beside its place, then renames it there: it appears complete or not at all. What a killed run
 * left beside it is removed by the next one.
 *
 * Nothing needs to be durable before the rename, so no file is synced: the kernel keeps what a killed process wrote, in
 * order. Only a power failure in the next seconds can lose contents, and nothing of the user's is among them.
 */
export function createFolder(target: string, files: readonly NewFile[]): void {
  const prefix = `.${basename(target)}.partial-`;
  removeLeftovers(dirname(target), prefix);
  const staging = join(
    dirname(target),
    `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`,
  );
  try {
    mkdirSync(staging, { mode: FOLDER_MODE });
    writeTree(staging, files);
    moveInto(staging, target);
  } catch (cause) {
    rmSync(staging, { recursive: true, force: true });
    throw cause;
  }
}

function moveInto(staging: string, target: string): void {
  try {
    renameSync(staging, target);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code)) throw cause;
    throw refused(
      'E_NOT_EMPTY',
      'The directory was created by something else meanwhile.',
      'Choose another directory.',
    );
  }
}

function removeLeftovers(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const [, pid] = STAGING_SUFFIX.exec(name.slice(prefix.length)) ?? [];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * The staging folder is new and ours: each folder is made once and not looked at again, and a file takes three system
 * calls. `wx` refuses anything that stands in a file's place, a link included.
 */
function writeTree(root: string, files: readonly NewFile[]): void {
  const made = new Set<string>();
  for (const file of files) {
    assertSafePath(file.path);
    makeFolders(root, file.path, made);
    writeFileSync(root + sep + file.path, file.bytes ?? file.content, {
      flag: 'wx',
      mode: FILE_MODE,
    });
  }
}

/**
 * The folders above a path, one at a time: making a whole chain at once would also make the staging folder again, if
 * another process removed it meanwhile, and commit what is left of the project.
 */
function makeFolders(root: string, path: string, made: Set<string>): void {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end);
    if (made.has(folder)) continue;
    mkdirSync(root + sep + folder, { mode: FOLDER_MODE });
    made.add(folder);
  }
}

function refused(code: string, message: string, wayOut: string): UserError {
  return new UserError(code, EXIT.usage, message, wayOut);
}
