import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

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

/**
 * Copies these files and folders of the project into one that a test may change, and links the packages. The `@app`
 * packages are the copy's own: the project's would read and write the `.data` of the project.
 */
export async function copyProject(target: string, names: readonly string[]): Promise<void> {
  const filter = (path: string) => !relative(ROOT, path).includes('node_modules');
  for (const name of names)
    await cp(join(ROOT, name), join(target, name), { recursive: true, filter });
  await linkPackages(join(ROOT, 'node_modules'), target);
}

// Links to where each package really is: a locked service may read that place, and not what links to it.
async function linkPackages(installed: string, target: string): Promise<void> {
  const root = await realpath(ROOT);
  for (const name of await packagesIn(installed)) {
    const real = await realpath(join(installed, name));
    const link = join(target, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    const isOwn = name.startsWith('@app/');
    await symlink(isOwn ? join(target, relative(root, real)) : real, link, 'junction');
  }
}

async function packagesIn(installed: string): Promise<string[]> {
  const names = (await readdir(installed)).filter((name) => name === '.bin' || name[0] !== '.');
  const members = async (scope: string) =>
    (await readdir(join(installed, scope))).map((name) => `${scope}/${name}`);
  return (
    await Promise.all(names.map((name) => (name.startsWith('@') ? members(name) : [name])))
  ).flat();
}
