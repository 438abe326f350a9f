import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

const STAMP = 'node_modules/.lock-sha256';
const MOST_LINES = 5;

/** `npm ci` in the folder, unless node_modules already is what its lock says. */
export function installIfStale(folder, whose) {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (read(join(folder, STAMP)) === wanted) return;
  if (!matchesInstalled(JSON.parse(lock), folder)) install(folder, whose);
  writeFileSync(join(folder, STAMP), wanted);
}

/** True for packages installed by hand: npm's own record of node_modules names the same versions. */
function matchesInstalled(lock, folder) {
  const record = read(join(folder, 'node_modules/.package-lock.json'));
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages;
  const wanted = Object.entries(lock.packages).filter(([location]) => location !== '');
  return (
    wanted.every(([location, entry]) => {
      const found = installed[location];
      if (found === undefined) return entry.optional === true;
      return found.integrity === entry.integrity && found.version === entry.version;
    }) && Object.keys(installed).every((location) => location in lock.packages)
  );
}

function install(folder, whose) {
  console.error(`Installing the packages of ${whose} (npm ci) ...`);
  const started = performance.now();
  const options = [
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
    '--strict-allow-scripts',
    '--allow-git=none',
    '--allow-remote=none',
  ];
  const { error, status, stderr } = spawnSync('npm', ['ci', ...options], {
    cwd: folder,
    env: { ...process.env, PATH: pathWithoutPackages() },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (error)
    throw failure(`npm could not be started to install the packages of ${whose}: ${error.message}`);
  if (status !== 0) {
    console.error(firstLines(stderr));
    throw failure(`npm ci could not install the packages of ${whose}; its reason stands above.`);
  }
  console.error(`Installed in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}

/** npm's reason, without the manual page that it prints after it. */
function firstLines(text) {
  const lines = text.split('\n').filter((line) => line.replace('npm error', '').trim() !== '');
  return lines.slice(0, MOST_LINES).join('\n');
}

/** Without the Node in node_modules/.bin, which npm ci is about to delete. */
function pathWithoutPackages() {
  const ours = join('node_modules', '.bin');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== ours && !folder.endsWith(sep + ours))
    .join(delimiter);
}

function failure(sentence) {
  return Object.assign(new Error(sentence), { sentence });
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
