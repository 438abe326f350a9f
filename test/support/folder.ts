import { lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** An empty folder that goes away with the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty folder that several tests of a file share; it goes away with the last of them. */
export function emptyFolderForFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Every file below a folder with its content, by relative path; folders that hold nothing end in a slash. Installed
 * packages are left out.
 */
export function snapshotOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (current: string): void => {
    const names = readdirSync(current)
      .filter((name) => name !== 'node_modules')
      .sort();
    if (names.length === 0 && current !== folder) found[`${relative(folder, current)}/`] = '';
    for (const name of names) {
      const path = join(current, name);
      if (lstatSync(path).isDirectory()) visit(path);
      else found[relative(folder, path)] = readFileSync(path, 'utf8');
    }
  };
  visit(folder);
  return found;
}
