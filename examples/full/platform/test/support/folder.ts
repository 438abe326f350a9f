import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Scope {
  after(cleanUp: () => Promise<void>): void;
}

/** A folder with these files, by relative path, until the test (or the test file) is over. */
export async function folderWith(t: Scope, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'test-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}
