import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installedProject } from './installed.mjs';
import { timed } from './measure/child.mjs';
import { printTable, ratio } from './measure/table.mjs';
import { EMITTED_NODE, RUN } from './place.mjs';

const ROUNDS = 2;

export async function bench() {
  const project = await installedProject();
  if (!project) return;
  const files = (await readdir(project, { recursive: true })).filter(
    (name) => name.endsWith('.test.ts') && !name.startsWith('node_modules'),
  );
  const empty = await emptyTests(files.length);
  // What the first run keeps for the later ones.
  for (const cache of ['@electric-sql/pglite/.cache', '.cache'])
    await rm(join(project, 'node_modules', cache), { recursive: true, force: true });

  const rows = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const floor = await timed([EMITTED_NODE, '--test', '*.test.ts'], empty);
    // `npm test` without npm, whose own start is not ours to measure.
    const ours = await timed([EMITTED_NODE, 'test/run.ts'], project);
    rows.push([`run ${round}`, seconds(floor.wall), seconds(ours.wall), seconds(ours.cpu)]);
    rows.at(-1)?.push(ratio(ours.cpu, floor.cpu));
  }
  printTable(
    [`npm test, ${files.length} files, s`, 'empty files', 'ours', 'ours, CPU', 'CPU / empty'],
    rows,
  );
}

/** @param {number} count */
async function emptyTests(count) {
  const folder = join(RUN, 'empty-tests');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (let index = 0; index < count; index += 1) {
    await writeFile(
      join(folder, `${index}.test.ts`),
      "import test from 'node:test';\ntest('', () => {});\n",
    );
  }
  return folder;
}

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return (milliseconds / 1000).toFixed(1);
}
