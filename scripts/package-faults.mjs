import { readFileSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EXECUTABLE, FILES, MOST_BYTES, PIECE } from './package-files.mjs';

/** Whoever runs the package installs it and nothing else, and nothing of it runs while it is installed. */
const INSTALLED_WITH_IT = [
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'bundleDependencies',
];
const RUN_BY_INSTALL = ['preinstall', 'install', 'postinstall'];

const ANY_EXECUTE = 0o111;
const SHORTEST_TELLING_PATH = '/home/x'.length;

/**
 * One sentence for everything that is wrong with an unpacked tarball; none means that it may be published.
 *
 * @param folder where it was unpacked
 * @param root the checkout that it was packed from
 * @param registry the host that this machine installs from
 */
export function packageFaults(folder, root, registry) {
  const paths = filesBelow(folder);
  const size = paths.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  return [
    ...listingFaults(paths),
    ...(size > MOST_BYTES ? [`It unpacks to ${size} bytes, more than ${MOST_BYTES}.`] : []),
    ...paths.flatMap((path) => modeFaults(folder, path)),
    ...paths.flatMap((path) => contentFaults(folder, path, { root, registry })),
    ...manifestFaults(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))),
  ];
}

export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

function listingFaults(paths) {
  const held = new Set(paths);
  const meant = new Set(FILES);
  return [
    ...paths
      .filter((path) => !meant.has(path) && !PIECE.test(path))
      .map((path) => `${path} is not meant to ship.`),
    ...FILES.filter((path) => !held.has(path)).map((path) => `${path} is missing.`),
  ];
}

function modeFaults(folder, path) {
  const stat = statSync(join(folder, path));
  const executable = (stat.mode & ANY_EXECUTE) !== 0;
  if (executable === EXECUTABLE.has(path)) return [];
  return [`${path} ${executable ? 'must not' : 'must'} be executable.`];
}

function contentFaults(folder, path, { root, registry }) {
  const text = readFileSync(join(folder, path), 'utf8');
  const told = [
    ['a source map', /^\/\/[#@] sourceMappingURL=/m.test(text)],
    ['the folder it was built in', text.includes(root.replace(/[\\/]$/, ''))],
    ['the home folder of who built it', tells(text, homedir())],
    ['the registry of who built it', registry !== '' && text.includes(registry)],
  ];
  return told.filter(([, found]) => found).map(([what]) => `${path} holds ${what}.`);
}

/** A short one, such as that of root, is also a word of others. */
function tells(text, path) {
  return path.length >= SHORTEST_TELLING_PATH && text.includes(path);
}

function manifestFaults({ scripts = {}, ...manifest }) {
  return [
    ...INSTALLED_WITH_IT.filter((list) => list in manifest).map(
      (list) => `package.json has ${list}.`,
    ),
    ...RUN_BY_INSTALL.filter((script) => script in scripts).map(
      (script) => `package.json has a script ${script}.`,
    ),
  ];
}
