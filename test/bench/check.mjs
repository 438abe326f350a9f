import { cp, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { copiedCli } from './installed.mjs';
import { timed } from './measure/child.mjs';
import { interleave } from './measure/interleave.mjs';
import { printTable, ratio } from './measure/table.mjs';
import { NODES, RUN } from './place.mjs';

const ROUNDS = 5;
const SIZES = [200, 2000];
const FLOOR = 'floor: --version';

/** From a cold start, the process included: `check` on folders of as many TypeScript files as that. */
export async function bench() {
  const cli = await copiedCli();
  const sources = await emittedSources(cli);
  const folders = await Promise.all(SIZES.map((size) => folderOf(sources, size)));
  for (const { path, version } of Object.values(NODES)) {
    const command = (name, args, cwd) => ({
      name,
      measure: () => timed([path, cli, ...args], cwd),
    });
    const figures = await interleave(
      [
        command(FLOOR, ['--version'], RUN),
        ...folders.map((folder, at) => command(`check, ${SIZES[at]} files`, ['check'], folder)),
      ],
      ROUNDS,
    );
    const floor = figures.get(FLOOR)?.cpu;
    printTable(
      [`Node ${version}, a fresh process each, ms`, 'CPU', 'least CPU', 'wall', '/ floor'],
      [...figures].map(([name, { cpu, fastest, wall }]) => [
        name,
        cpu.toFixed(0),
        fastest.toFixed(0),
        wall.toFixed(0),
        ratio(cpu, floor),
      ]),
    );
  }
}

/** @param {string} cli */
async function emittedSources(cli) {
  await timed([process.execPath, cli, 'checked', '--yes', '--no-install', '--no-git'], RUN);
  const root = join(RUN, 'checked');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, name: relative(root, path) }));
}

/**
 * The sources of one project, over and over, in a folder that no manifest says is ours.
 *
 * @param {readonly { path: string, name: string }[]} sources
 * @param {number} size
 */
async function folderOf(sources, size) {
  const folder = join(RUN, `checked-${size}`);
  for (let at = 0; at < size; at++) {
    const { path, name } = sources[at % sources.length];
    await cp(
      path,
      join(folder, String(Math.floor(at / sources.length)), dirname(name), `${at}.ts`),
    );
  }
  return folder;
}
