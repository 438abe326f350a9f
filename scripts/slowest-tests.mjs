// Prints the ten test files that took the longest, of the reports in a folder.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const COUNT = 10;

const [folder = '.'] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).testResults)
  .map(({ name, startTime, endTime }) => ({
    name: relative(process.cwd(), name),
    seconds: (endTime - startTime) / 1000,
  }));
const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, COUNT);
for (const { name, seconds } of slowest)
  console.log(`${seconds.toFixed(1).padStart(8)} s  ${name}`);
