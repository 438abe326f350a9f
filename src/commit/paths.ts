import { lstatSync } from 'node:fs';
import { join, sep } from 'node:path';
import { WINDOWS_RESERVED } from '../answers/names.ts';
import { EXIT, UserError } from '../errors.ts';

/** Windows' limit for one name in a path, and ext4's in bytes. */
const MAX_SEGMENT = 255;
/** Characters that some file system refuses, or that look like, hide or reorder others. Emitted paths are plain ASCII. */
const SEGMENT = /^[A-Za-z0-9._@-]+$/;

/**
 * Checks a path that is about to be written: relative, below the root, of plain names that every file system takes.
 *
 * @throws UserError `E_PATH`
 */
export function assertSafePath(path: string): void {
  const safe = path !== '' && path.split('/').every(isSafeSegment);
  if (safe) return;
  throw new UserError(
    'E_PATH',
    EXIT.usage,
    'A file name that would be written is not safe on every system.',
    'Use plain names: letters, digits, dots, hyphens and underscores.',
  );
}

function isSafeSegment(segment: string): boolean {
  return (
    SEGMENT.test(segment) &&
    segment.length <= MAX_SEGMENT &&
    segment !== '.' &&
    segment !== '..' &&
    !segment.endsWith('.') &&
    segment.toLowerCase() !== '.git' &&
    !WINDOWS_RESERVED.test(segment)
  );
}

/**
 * Resolves a safe path below a root, refusing to pass through a symbolic link: one planted inside the project would
 * carry the write outside it (CWE-61).
 *
 * @throws UserError `E_SYMLINK`, `E_PATH`
 */
export function resolveBelow(root: string, path: string): string {
  assertSafePath(path);
  let current = root;
  for (const segment of path.split('/')) {
    current = join(current, segment);
    const stat = lstatSync(current, { throwIfNoEntry: false });
    if (stat === undefined) break;
    if (stat.isSymbolicLink()) throw throughLink(path);
  }
  return root + sep + path.split('/').join(sep);
}

function throughLink(path: string): UserError {
  return new UserError(
    'E_SYMLINK',
    EXIT.needsYou,
    `${path} passes through a symbolic link, which could lead outside the project.`,
    'Replace the link by a real folder or file, then run the command again.',
  );
}
