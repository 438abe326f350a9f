import { LockError } from './errors.ts';
import type { LockEntry, PackageJson, Project } from './types.ts';

/** The fields npm copies from a package.json that it can see on disk. */
const COPIED = [
  'version',
  'license',
  'engines',
  'os',
  'cpu',
  'workspaces',
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
] as const;

/** Each changes what a name resolves to, or what npm writes, in ways this closure does not follow. */
const UNSUPPORTED = ['overrides', 'bundleDependencies', 'bundledDependencies', 'bin', 'funding'];

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** The root under '', the workspaces under their folders. */
export function ownEntries(project: Project): Map<string, LockEntry> {
  const entries = new Map([['', ownEntry(project.root, '')]]);
  for (const [folder, manifest] of Object.entries(project.workspaces)) {
    entries.set(folder, ownEntry(manifest, folder));
  }
  return entries;
}

/** The symlinks npm puts into node_modules, one a workspace. */
export function linkEntries(project: Project): Map<string, LockEntry> {
  const links = new Map<string, LockEntry>();
  for (const [folder, { name }] of Object.entries(project.workspaces)) {
    const location = `node_modules/${name}`;
    if (links.has(location)) {
      throw new LockError('E_LOCK_UNSUPPORTED', `Two workspaces are called ${name}.`);
    }
    links.set(location, { resolved: folder, link: true });
  }
  return links;
}

function ownEntry(manifest: PackageJson, folder: string): LockEntry {
  const where = folder === '' ? 'package.json' : `${folder}/package.json`;
  const refused = UNSUPPORTED.find((key) => key in manifest);
  if (refused !== undefined) {
    throw new LockError('E_LOCK_UNSUPPORTED', `${where} has "${refused}".`);
  }
  if (manifest.name === undefined) {
    throw new LockError('E_LOCK_UNSUPPORTED', `${where} has no "name".`);
  }
  const entry: Record<string, unknown> = {};
  for (const key of COPIED) {
    if (!isEmpty(manifest[key])) entry[key] = manifest[key];
  }
  if (manifest.optionalDependencies !== undefined) entry.dependencies = requiredOnly(manifest);
  if (isEmpty(entry.dependencies)) delete entry.dependencies;
  if (folder === '' || manifest.name !== nameOfFolder(folder)) entry.name = manifest.name;
  if (manifest.devDependencies !== undefined) entry.devDependencies = manifest.devDependencies;
  if (INSTALL_SCRIPTS.some((script) => manifest.scripts?.[script])) entry.hasInstallScript = true;
  return entry;
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}

/** npm drops a dependency that is also listed as optional. */
function requiredOnly({ dependencies = {}, optionalDependencies = {} }: PackageJson) {
  return Object.fromEntries(
    Object.entries(dependencies).filter(([name]) => !(name in optionalDependencies)),
  );
}

function nameOfFolder(folder: string): string {
  const [base, parent] = folder.split('/').reverse();
  return parent?.startsWith('@') ? `${parent}/${base}` : `${base}`;
}
