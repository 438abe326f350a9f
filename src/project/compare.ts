import { LOCKFILE } from '../plan/plan.ts';
import type { RenderedFile } from '../render/render.ts';
import { seamAt } from '../seams/index.ts';
import { sha256 } from '../templates.ts';
import type { Change } from './changes.ts';
import { compareKeyed } from './compare-keyed.ts';
import type { Comparison } from './comparison.ts';
import type { RecordedFile } from './manifest.ts';

/**
 * Compares what the project should hold with what is on disk, and decides path by path. The user's edits win: an own
 * file is never written twice, a managed file that was edited is left alone with the exact lines printed.
 */
export function compare(comparison: Comparison): Change[] {
  const changes: Change[] = [];
  for (const file of comparison.rendered.files) {
    if (file.owner === 'own') changes.push(compareOwn(comparison, file));
    else if (file.owner === 'managed') changes.push(compareManaged(comparison, file));
    else changes.push(...compareKeyed(comparison, file));
  }
  const wanted = new Set(comparison.rendered.files.map((file) => file.path));
  for (const [path, recorded] of Object.entries(comparison.recorded.files)) {
    if (!wanted.has(path) && path !== LOCKFILE)
      changes.push(compareGone(comparison, path, recorded));
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function compareOwn({ recorded, arriving, read }: Comparison, file: RenderedFile): Change {
  const base = { path: file.path, module: file.module };
  if (recorded.files[file.path] || !arriving.has(file.path)) return { ...base, kind: 'unchanged' };
  const current = read(file.path);
  if (current === undefined)
    return { ...base, kind: 'create', owner: 'own', content: file.content };
  if (current === file.content) return { ...base, kind: 'unchanged' };
  return {
    ...base,
    kind: 'needs-you',
    blocking: true,
    why: 'a file of yours is in the way',
    lines: [`Move ${file.path} away, or choose another name, and run the command again.`],
  };
}

function compareManaged(comparison: Comparison, file: RenderedFile): Change {
  const base = { path: file.path, module: file.module };
  const current = comparison.read(file.path);
  if (current === file.content) return { ...base, kind: 'unchanged' };
  const record = comparison.recorded.files[file.path];
  const untouched = current !== undefined && record?.sha256 === sha256(current);
  if (untouched) return { ...base, kind: 'update', owner: 'managed', content: file.content };
  if (current === undefined && record === undefined) {
    return { ...base, kind: 'create', owner: 'managed', content: file.content };
  }
  return editedIndex(comparison, file, current ?? '');
}

function editedIndex(
  { entries, removed }: Comparison,
  file: RenderedFile,
  current: string,
): Change {
  const base = { path: file.path, module: file.module };
  const seam = seamAt(file.path);
  if (!seam) throw new Error(`no seam composes ${file.path}`);
  const missing = entries.filter((entry) => seam.takes(entry) && !seam.holds(current, entry));
  const leftOver = removed.filter((entry) => seam.takes(entry) && seam.holds(current, entry));
  const lines = [
    ...missing.flatMap((entry) => seam.lines(entry).map((line) => `add:    ${line}`)),
    ...leftOver.flatMap((entry) => seam.lines(entry).map((line) => `delete: ${line}`)),
  ];
  if (lines.length === 0) return { ...base, kind: 'kept', why: 'edited by hand, and complete' };
  return { ...base, kind: 'needs-you', why: 'edited by hand, so it was left alone', lines };
}

function compareGone({ read }: Comparison, path: string, recorded: RecordedFile): Change {
  const base = { path, module: recorded.module };
  const current = read(path);
  if (current === undefined) return { ...base, kind: 'unchanged' };
  if (recorded.sha256 === sha256(current)) return { ...base, kind: 'delete' };
  return {
    ...base,
    kind: 'needs-you',
    why: 'you edited it, so it was kept',
    lines: [`Delete ${path} when you have what you need from it.`],
  };
}
