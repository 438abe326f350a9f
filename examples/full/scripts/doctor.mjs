// Plain JavaScript without a package: it has to run on an old Node, and before an install.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DATA = join(ROOT, '.data');
const DATABASE = join(DATA, 'api');
const OLDEST = [24, 2];
const GROUP_AND_OTHERS = 0o077;

/** Prints a problem of the checkout, in one sentence, and the command that mends it. */
function report(says, mend) {
  process.stdout.write(`${says}\n  mend: ${mend}\n`);
  process.exitCode = 1;
}

function isOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  const says = `Node ${process.versions.node} is too old to run this service.`;
  if (isOld) report(says, 'npm ci (it installs the pinned Node, which npm scripts find first)');
  return isOld;
}

/** node_modules must hold the locked packages, by the record that npm keeps in it. (SUPPLY-1) */
function isInstalled() {
  const locked = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!locked) report('package-lock.json is missing.', 'git checkout -- package-lock.json');
  else if (!installed) report('The dependencies are not installed.', 'npm ci');
  if (!locked || !installed) return false;
  const names = [...new Set([...Object.keys(locked), ...Object.keys(installed)])].filter(
    (path) => /node_modules\//.test(path) && !isAsLocked(path, locked[path], installed[path]),
  );
  const shown = names.slice(0, 3).map((path) => path.replace('node_modules/', ''));
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  if (names.length > 0) report(`Not installed as locked: ${shown.join(', ')}${more}.`, 'npm ci');
  return names.length === 0;
}

function packagesOf(file) {
  const path = join(ROOT, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

function isAsLocked(path, locked, installed) {
  if (!locked) return false;
  // npm leaves out a package for another system.
  if (!installed) return Boolean(locked.optional || locked.os || locked.cpu);
  const isSame = installed.version === locked.version && installed.integrity === locked.integrity;
  return isSame && (Boolean(locked.link) || existsSync(join(ROOT, path)));
}

/** Only the owner may read the data, and a process that no longer runs must not claim it. */
async function checkDataFolder() {
  const folders = existsSync(DATA)
    ? readdirSync(DATA, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const { claimsOn, isLive } = await importHere('platform/src/database/claim.ts');
  for (const folder of folders.map(({ name }) => join(DATA, name))) {
    const isOpen = process.platform !== 'win32' && (statSync(folder).mode & GROUP_AND_OTHERS) !== 0;
    if (isOpen) report(`Others on this machine may read ${folder}.`, `chmod -R go= ${folder}`);
    for (const { name, host, claim } of await claimsOn(folder)) {
      if (host === hostname() && (await isLive(claim))) continue;
      // A process of another host may still run: only its owner can tell.
      const who = host === hostname() ? 'A process that was killed' : `A process on ${host}`;
      report(`${who} left its claim on ${folder}.`, `rm ${join(folder, name)}`);
    }
  }
}

/** The embedded database must have every migration. Skipped while a process has it open. */
async function checkMigrations() {
  if (!existsSync(join(DATABASE, 'postgres')) || (await isClaimed())) return;
  const { openDatabase } = await importHere('platform/src/database/open.ts');
  const { pendingMigrations } = await importHere('platform/src/database/startup-checks.ts');
  const { migrationOrder } = await importHere('migrations/order.ts');
  const database = await openDatabase({ kind: 'folder', path: DATABASE });
  try {
    const { length } = await pendingMigrations(database, join(ROOT, 'migrations'), migrationOrder);
    const says = `The embedded database lacks ${length} migrations; the next start applies them.`;
    if (length > 0) report(says, 'npm run migrate');
  } catch (error) {
    report(error.message, 'git checkout -- migrations');
  } finally {
    await database.close();
  }
}

/** The port must be free, unless this service itself runs. */
async function checkPort() {
  const { readConfig } = await importHere('services/api/config.ts');
  const config = readConfig(['--local']);
  if (!config.ok) for (const says of config.error) report(says, 'env');
  if (!config.ok || (await isClaimed())) return;
  const { host, port } = config.value;
  await new Promise((resolve) => {
    const server = createServer();
    server.on('listening', () => server.close(resolve));
    server.on('error', ({ code }) => {
      report(`Port ${port} of ${host} cannot be opened: ${code}.`, `PORT=${port + 1} npm start`);
      resolve();
    });
    server.listen(port, host);
  });
}

async function isClaimed() {
  const { claimsOn, isLive } = await importHere('platform/src/database/claim.ts');
  for (const { claim } of await claimsOn(DATABASE)) if (await isLive(claim)) return true;
  return false;
}

function importHere(path) {
  return import(pathToFileURL(join(ROOT, path)).href);
}

if (!isOldNode()) {
  const hasPackages = isInstalled();
  await checkDataFolder();
  if (hasPackages) await checkMigrations();
  if (hasPackages) await checkPort();
  if (!process.exitCode) process.stdout.write('Nothing is wrong with this checkout.\n');
}
