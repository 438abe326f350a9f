import { mkdir, rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { NODES, RUN, SCRATCH } from './place.mjs';

/** @type {Record<string, () => Promise<{ bench: () => Promise<void> }>>} */
const BENCHES = {
  create: () => import('./create.mjs'),
  start: () => import('./start.mjs'),
  service: () => import('./service.mjs'),
  tests: () => import('./tests.mjs'),
  guard: () => import('./guard.mjs'),
  check: () => import('./check.mjs'),
  secrets: () => import('./secrets.mjs'),
  jobs: () => import('./jobs.mjs'),
  webhooks: () => import('./webhooks.mjs'),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`,
  );
  process.exitCode = 1;
} else {
  await run(asked.length > 0 ? asked : Object.keys(BENCHES));
}

/** @param {readonly string[]} names */
async function run(names) {
  console.log(
    `Node ${Object.values(NODES)
      .map(({ version }) => version)
      .join(' and ')}.`,
  );
  await mkdir(RUN, { recursive: true });
  await mkdir(SCRATCH, { recursive: true });
  try {
    for (const name of names) {
      console.log(`\n# ${name} (load ${loadavg()[0]?.toFixed(1)})`);
      const { bench } = await BENCHES[name]();
      await bench();
    }
  } finally {
    await rm(SCRATCH, { recursive: true, force: true });
    await rm(RUN, { recursive: true, force: true });
  }
}
