import type { Project } from '../plan/project.ts';
import type { Rendered, RenderedFile } from '../render/render.ts';
import type { Change } from './changes.ts';
import type { Manifest, RecordedFile } from './manifest.ts';

/**
 * The manifest after a run. A file's hash is that of the bytes the generator last wrote; a file that was left alone
 * keeps the hash it had, so that a later run still sees that it was edited.
 */
export function nextManifest(
  project: Project,
  rendered: Rendered,
  recorded: Manifest,
  changes: readonly Change[],
  arriving: ReadonlySet<string>,
): Manifest {
  const outcome = new Map(changes.map((change) => [change.path, change.kind]));
  const files: Record<string, RecordedFile> = {};
  for (const file of rendered.files) {
    const before = recorded.files[file.path];
    if (!before && !arriving.has(file.path)) continue;
    const record = recordOf(file, before, outcome.get(file.path));
    if (record) files[file.path] = record;
  }
  return { project, files, keys: rendered.keys };
}

function recordOf(
  file: RenderedFile,
  before: RecordedFile | undefined,
  outcome: Change['kind'] | undefined,
): RecordedFile | undefined {
  const base = { owner: file.owner, module: file.module };
  if (file.owner === 'keyed') return base;
  if (before && (file.owner === 'own' || outcome === 'kept' || outcome === 'needs-you'))
    return before;
  // A file of the user's stands where ours would have gone: it was never ours to record.
  if (outcome === 'needs-you' || outcome === undefined) return undefined;
  return { ...base, sha256: file.sha256 };
}
