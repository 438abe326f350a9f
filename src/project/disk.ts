import { lstatSync, readFileSync } from 'node:fs';
import { resolveBelow } from '../commit/paths.ts';
import { EXIT, UserError } from '../errors.ts';
import type { ReadFile } from './comparison.ts';

/** Reads files of a project, never through a symbolic link. */
export function readerOf(root: string): ReadFile {
  return (path) => {
    const resolved = resolveBelow(root, path);
    const stat = lstatSync(resolved, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (stat.isFile()) return readFileSync(resolved, 'utf8');
    throw new UserError(
      'E_IN_THE_WAY',
      EXIT.needsYou,
      `${path} should be a file, but a folder or something else stands there.`,
      'Move it away, then run the command again.',
    );
  };
}
