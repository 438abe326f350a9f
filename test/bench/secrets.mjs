import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { printTable } from './measure/table.mjs';
import { EMITTED_NODE } from './place.mjs';

const run = promisify(execFile);
const WORKER = fileURLToPath(new URL('secrets/worker.ts', import.meta.url));
const LONGEST_SHOWN = 32;

/** Lines of a megabyte that are made to keep each pattern busy: how long the median and the worst of them take. */
export async function bench() {
  const { stdout } = await run(EMITTED_NODE, [WORKER], { maxBuffer: 16 * 1024 * 1024 });
  printTable(
    ['One line of 1 MB, ms of CPU', 'median', 'worst', 'the worst repeats'],
    JSON.parse(stdout).map(({ name, median, worst }) => [
      name,
      median.ms.toFixed(0),
      worst.ms.toFixed(0),
      JSON.stringify(worst.text.slice(0, LONGEST_SHOWN)),
    ]),
  );
}
