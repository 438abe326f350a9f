// The one way to change which versions emitted projects use.
//
//   npm run superset                       lock what templates/package.json and its workspaces ask for
//   npm run superset -- fastify@5.13.0     move or add one package
//   npm run superset -- --update           also move everything below them
//   npm run superset -- --infra ...        the same of infra/, whose lock every project has as it stands
//   npm run superset -- --check            verify both; changes nothing and asks nobody
import { spawnSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from './verify-superset.mjs';

// npm applies the emitted release age of 7 days to every entry of our lock, and a bad release is
// usually found within days: twice that leaves room on both counts.
const RELEASE_AGE_DAYS = 14;
const DAY = 24 * 60 * 60 * 1000;

const templates = fileURLToPath(new URL('../templates', import.meta.url));
const infra = join(templates, 'infra/infra');
const args = process.argv.slice(2);
const superset = args.includes('--infra') ? infra : templates;

if (args.includes('--check')) report([...(await faultsOf(templates)), ...(await faultsOf(infra))]);
else await refresh(args.filter((arg) => !arg.startsWith('--')));

async function refresh(specs) {
  const copy = await mkdtemp(join(tmpdir(), 'superset-'));
  try {
    await copyManifests(copy);
    if (!args.includes('--update')) await copyLock(superset, copy);
    resolveVersions(copy, specs);
    const faults = await faultsOf(copy);
    report(faults);
    if (faults.length > 0) return;
    // npm writes a lock without complaint that its own npm ci then refuses.
    npm(copy, ['ci', '--ignore-scripts']);
    await printChanges(copy);
    await copyFile(join(copy, 'package.json'), join(superset, 'package.json'));
    await copyLock(copy, superset);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function copyManifests(copy) {
  const { workspaces = [] } = JSON.parse(await readFile(join(superset, 'package.json'), 'utf8'));
  await copyFile(join(superset, 'package.json'), join(copy, 'package.json'));
  for (const folder of workspaces) {
    const target = join(copy, folder, 'package.json');
    await mkdir(dirname(target), { recursive: true });
    await cp(join(superset, folder, 'package.json'), target);
  }
}

async function copyLock(from, to) {
  await copyFile(join(from, 'package-lock.json'), join(to, 'package-lock.json'));
}

function resolveVersions(copy, specs) {
  const before = new Date(Date.now() - RELEASE_AGE_DAYS * DAY).toISOString();
  npm(copy, [
    'install',
    ...specs,
    `--before=${before}`,
    '--package-lock-only',
    '--ignore-scripts',
    '--save-exact',
    '--omit-lockfile-registry-resolved',
  ]);
}

function npm(cwd, command) {
  const options = ['--no-audit', '--no-fund', '--allow-git=none', '--allow-remote=none'];
  const { status, error } = spawnSync('npm', [...command, ...options], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) {
    console.error(`npm ${command[0]} failed; the superset is as it was.`);
    process.exit(4);
  }
}

async function printChanges(copy) {
  const [before, after] = await Promise.all([superset, copy].map(versionsIn));
  let changes = 0;
  for (const location of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [from, to] = [before.get(location), after.get(location)];
    if (from === to) continue;
    changes += 1;
    const name = location.replaceAll('/node_modules/', ' > ').replace('node_modules/', '');
    console.log(`${name}  ${from ?? '(new)'} -> ${to ?? '(gone)'}`);
  }
  console.log(changes === 0 ? 'The superset is up to date.' : `${changes} packages changed.`);
}

async function versionsIn(folder) {
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
  const external = Object.entries(lock.packages).filter(([, entry]) => entry.integrity);
  return new Map(external.map(([location, { version }]) => [location, version]));
}

function report(faults) {
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) {
    console.error(`The superset is refused: ${faults.length} faults. Nothing was changed.`);
    process.exitCode = 1;
  } else if (args.includes('--check')) console.log('The superset holds.');
}
