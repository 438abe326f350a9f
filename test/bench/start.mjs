import { get } from 'node:http';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { installedProject } from './installed.mjs';
import { interleave } from './measure/interleave.mjs';
import { printTable, ratio } from './measure/table.mjs';
import { freePort, startServer } from './service/process.mjs';

const ROUNDS = 5;
const POLL_MS = 5;
const LONGEST_MS = 60_000;

const HELLO = fileURLToPath(new URL('service/hello.mjs', import.meta.url));
const FLOOR = 'bare Fastify, one route';

export async function bench() {
  const project = await installedProject();
  if (!project) return;
  const data = join(project, '.data');
  const serve = ['services/api/server.ts', '--local'];
  const figures = await interleave(
    [
      { name: FLOOR, measure: () => untilReady(project, [HELLO]) },
      {
        name: 'first start, an empty folder',
        prepare: () => rm(data, { recursive: true, force: true }),
        measure: () => untilReady(project, serve),
      },
      { name: 'second start, the same folder', measure: () => untilReady(project, serve) },
    ],
    ROUNDS,
  );
  const floor = figures.get(FLOOR)?.cpu;
  printTable(
    ['until /readyz answers 200, ms', 'CPU', 'wall', '/ bare'],
    [...figures].map(([name, { cpu, wall }]) => [
      name,
      cpu.toFixed(0),
      wall.toFixed(0),
      ratio(cpu, floor),
    ]),
  );
}

/**
 * @param {string} project
 * @param {readonly string[]} command
 */
async function untilReady(project, [script = '', ...args]) {
  const port = await freePort();
  const started = performance.now();
  const server = startServer(script, args, project, { PORT: String(port) });
  try {
    while (!(await isReady(port))) {
      if (performance.now() - started > LONGEST_MS) throw new Error(`${script} never got ready.`);
      await sleep(POLL_MS);
    }
    const wall = performance.now() - started;
    return { wall, cpu: await server.cpu() };
  } finally {
    await server.stop();
  }
}

/** @param {number} port */
function isReady(port) {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
