// The Actions and images that our workflows and every template run: one table, in templates/*/security/pins/.
//
//   npm run pins                holds every workflow and Dockerfile against the table; asks nobody
//   npm run pins -- --refresh   moves the table and every use of it to the newest releases
//   npm run pins -- --adopt     takes into the table what a bot has moved, if its tag is that commit or digest
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importSource } from './import-source.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [mode = '--check'] = process.argv.slice(2);

// The same code that emitted projects run.
const source = (name) => importSource(`templates/app/scripts/${name}.ts`);
const { findPinFaults, printShard, readShards, usesIn } = await source('pin-table');
const folders = [root, ...(await templateFolders())];

if (mode !== '--check') await move();
report(findPinFaults(await shards(), await uses()));

async function move() {
  const { adoptPins, movePins, publicReleases, refreshPins } = await source('pins');
  const today = new Date().toISOString().slice(0, 10);
  const change =
    mode === '--refresh'
      ? refreshPins(await shards(), publicReleases, today)
      : adoptPins(await shards(), await uses(), publicReleases, today);
  if (change.faults.length > 0) {
    report(change.faults);
    console.error('Nothing was changed.');
    process.exit(1);
  }
  for (const { file, path: _path, ...shard } of change.shards)
    await writeFile(file, printShard(shard));
  for (const file of new Set((await uses()).map((use) => use.file)))
    await writeFile(file, movePins(await readFile(file, 'utf8'), change.moves));
  for (const { name, from, to } of change.moves)
    console.log(`${name}  ${from.version} ${from.pin} -> ${to.version} ${to.pin}`);
}

async function templateFolders() {
  const entries = await readdir(join(root, 'templates'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => join(root, 'templates', name));
}

async function shards() {
  return folders.flatMap((folder) =>
    readShards(folder).map((shard) => ({ ...shard, file: join(folder, shard.path) })),
  );
}

async function uses() {
  return folders.flatMap((folder) =>
    usesIn(folder).map((use) => ({ ...use, file: join(folder, use.path) })),
  );
}

function report(faults) {
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
