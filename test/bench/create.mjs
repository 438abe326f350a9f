import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copiedCli, installedPeers } from './installed.mjs';
import { timed } from './measure/child.mjs';
import { interleave } from './measure/interleave.mjs';
import { printTable, ratio } from './measure/table.mjs';
import { NODES, ROOT, SCRATCH } from './place.mjs';

const ROUNDS = 11;
const FLOOR = 'node -e 0';
const COPY = 'node -e cpSync(the minimal tree)';
const NEXT = 'create-next-app 16.4.3';

const plop = join(ROOT, 'node_modules/plop/bin/plop.js');
const plopfile = fileURLToPath(new URL('create/plopfile.mjs', import.meta.url));
const place = join(SCRATCH, 'create');
const tree = join(SCRATCH, 'minimal');

export async function bench() {
  const cli = await copiedCli();
  const peers = await installedPeers();
  await mkdir(place, { recursive: true });
  await rm(tree, { recursive: true, force: true });
  await timed([process.execPath, cli, 'minimal', '--yes', '--no-install', '--no-git'], SCRATCH);

  for (const { path, version } of Object.values(NODES)) {
    const figures = await interleave(subjects(path, cli, peers), ROUNDS);
    print(version, figures);
  }
}

/**
 * @param {string} node
 * @param {string} cli
 * @param {string | undefined} peers
 */
function subjects(node, cli, peers) {
  const create = (/** @type {string} */ preset) =>
    scaffold(`create --preset ${preset}`, [
      node,
      cli,
      'my-app',
      `--preset=${preset}`,
      '--no-install',
      '--no-git',
    ]);
  return [
    plain(FLOOR, [node, '-e', '0']),
    plain('--version', [node, cli, '--version']),
    plain('--help', [node, cli, '--help']),
    scaffold(COPY, [
      node,
      '-e',
      `fs.cpSync(${JSON.stringify(tree)}, 'my-app', { recursive: true })`,
    ]),
    create('bare'),
    create('minimal'),
    inProject('generate health-check', [
      node,
      cli,
      'generate',
      'health-check',
      'payments',
      '--no-install',
    ]),
    ...(peers ? peerSubjects(node, join(peers, 'node_modules')) : []),
    scaffold('plop 4.0.5, ten one-line files', [node, plop, '--plopfile', plopfile, 'ten']),
  ];
}

/**
 * @param {string} node
 * @param {string} modules
 */
function peerSubjects(node, modules) {
  const vite = join(modules, 'create-vite/index.js');
  const next = join(modules, 'create-next-app/dist/index.js');
  return [
    scaffold('create-vite 9.3.0', [
      node,
      vite,
      'my-app',
      '--template=react-ts',
      '--no-interactive',
    ]),
    scaffold(NEXT, [node, next, 'my-app', '--yes', '--skip-install', '--disable-git']),
  ];
}

/**
 * @param {string} name
 * @param {readonly string[]} command
 */
function plain(name, command) {
  return { name, measure: () => timed(command, place) };
}

/** Each run writes where no run wrote before, and nothing is removed until the end: see README.md. */
let folders = 0;

async function freshFolder() {
  folders += 1;
  const folder = join(place, String(folders));
  await mkdir(folder);
  return folder;
}

/**
 * @param {string} name
 * @param {readonly string[]} command
 */
function scaffold(name, command) {
  return {
    name,
    measure: async () => {
      const folder = await freshFolder();
      return timed(command, folder, { PLOP_TARGET: join(folder, 'my-app') });
    },
  };
}

/**
 * @param {string} name
 * @param {readonly string[]} command
 */
function inProject(name, command) {
  return {
    name,
    measure: async () => {
      const folder = await freshFolder();
      await cp(tree, folder, { recursive: true });
      return timed(command, folder);
    },
  };
}

/**
 * @param {string} version
 * @param {Map<string, import('./measure/interleave.mjs').Figures>} figures
 */
function print(version, figures) {
  const floor = figures.get(FLOOR)?.cpu;
  const copy = figures.get(COPY)?.cpu;
  const next = figures.get(NEXT)?.cpu;
  printTable(
    [`Node ${version}, ms`, 'CPU', 'least CPU', 'wall', `/ ${FLOOR}`, '/ copy', '/ next'],
    [...figures].map(([name, { cpu, fastest, wall }]) => [
      name,
      cpu.toFixed(0),
      fastest.toFixed(0),
      wall.toFixed(0),
      ratio(cpu, floor),
      ratio(cpu, copy),
      ratio(cpu, next),
    ]),
  );
}
