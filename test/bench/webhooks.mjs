import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedProject } from './installed.mjs';
import { median } from './measure/interleave.mjs';
import { percent, printTable } from './measure/table.mjs';
import { RUN } from './place.mjs';
import { startPostgres } from './service/postgres.mjs';
import { freePort, startServer } from './service/process.mjs';

const ROUNDS = 3;
const SECONDS = 6;
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 50;
const BODY_BYTES = 950;
const BATCHES = [1, 8, 32, 128];
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** @param {string} name */
const script = (name) => fileURLToPath(new URL(`webhooks/${name}.mjs`, import.meta.url));

export async function bench() {
  const project = await installedProject(['webhook', 'bench']);
  if (project) await benchIn(project);
}

/** @param {string} project with a webhook named bench */
export async function benchIn(project) {
  const client = fork(script('load-process'));
  const postgres = await startPostgres(project, { durable: true });
  if (!postgres) console.log('  PostgreSQL is left out: no server could be started.');
  try {
    console.log(
      `  ${CONNECTIONS} connections, ${BODY_BYTES} bytes, ${SECONDS} s, median of ${ROUNDS} rounds.`,
    );
    const rows = [];
    for (const engine of enginesOf(postgres)) rows.push(await onEngine(project, client, engine));
    printTable(
      [
        '',
        'bare/s',
        'proven/s',
        'kept/s',
        'of bare',
        'of proven',
        'CPU µs bare',
        'proven',
        'kept',
        'database',
        'p50',
        'p99 ms',
      ],
      rows,
    );
    console.log('\n  Kept a second, by how many one statement takes at most:');
    const byBatch = [];
    for (const engine of enginesOf(postgres))
      byBatch.push(await byBatchSize(project, client, engine));
    printTable(['', ...BATCHES.map(String)], byBatch);
  } finally {
    client.disconnect();
    await postgres?.stop();
  }
}

function enginesOf(postgres) {
  const nothing = async () => 0;
  let folders = 0;
  return [
    { name: 'PGlite in memory', target: async () => ({ kind: 'memory' }), cpu: nothing },
    {
      name: 'PGlite in a folder',
      target: async () => ({
        kind: 'folder',
        path: join(RUN, `hooks-${(folders += 1)}-${Date.now()}`),
      }),
      cpu: nothing,
    },
    ...(postgres
      ? [
          {
            name: postgres.version,
            target: async () => ({
              kind: 'server',
              url: await postgres.create(`hooks_${randomBytes(4).toString('hex')}`),
            }),
            cpu: postgres.cpu,
          },
        ]
      : []),
  ];
}

/** All three servers on one engine, in turn. */
async function onEngine(project, client, engine) {
  const sides = {
    bare: await start(project, 'floor', {}),
    proven: await start(project, 'ours', {
      TARGET: JSON.stringify({ kind: 'memory' }),
      KEEP: 'no',
    }),
    kept: await start(project, 'ours', { TARGET: JSON.stringify(await engine.target()) }),
  };
  try {
    const { bare, proven, kept } = await inTurn(client, sides, engine.cpu);
    return [
      engine.name,
      ...[bare, proven, kept].map((rounds) => of(rounds, 'rate').toFixed(0)),
      ...[bare, proven].map((rounds) => percent(of(kept, 'rate'), of(rounds, 'rate'))),
      ...[bare, proven, kept].map((rounds) => of(rounds, 'cpu').toFixed(0)),
      of(kept, 'databaseCpu').toFixed(0),
      ...['p50', 'p99'].map((part) => of(kept, part).toFixed(1)),
    ];
  } finally {
    for (const { server } of Object.values(sides)) await server.stop();
  }
}

async function byBatchSize(project, client, engine) {
  const sides = {};
  try {
    for (const size of BATCHES) {
      const env = { TARGET: JSON.stringify(await engine.target()), MOST_ROWS: String(size) };
      sides[size] = await start(project, 'ours', env);
    }
    const rounds = await inTurn(client, sides, engine.cpu);
    return [engine.name, ...BATCHES.map((size) => of(rounds[size], 'rate').toFixed(0))];
  } finally {
    for (const { server } of Object.values(sides)) await server.stop();
  }
}

async function start(project, side, given) {
  const port = await freePort();
  const env = {
    PORT: String(port),
    SECRET,
    DATA_FOLDER: join(RUN, `hooks-${side}-${port}`),
    ...given,
  };
  const server = startServer(script(side), [], project, env);
  await server.told('ready');
  return { server, port };
}

async function inTurn(client, sides, databaseCpu) {
  const rounds = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [side, { server, port }] of Object.entries(sides)) {
      const seconds = round === 0 ? WARM_UP_SECONDS : SECONDS;
      const figures = await underLoad(client, server, port, seconds, databaseCpu);
      if (round > 0) rounds[side].push(figures);
    }
  }
  return rounds;
}

async function underLoad(client, server, port, seconds, databaseCpu) {
  const before = [await server.cpu(), (await databaseCpu()) ?? 0];
  client.send({ port, secret: SECRET, bodyBytes: BODY_BYTES, connections: CONNECTIONS, seconds });
  const [{ done }] = await once(client, 'message');
  if (done.error) throw new Error(done.error);
  const after = [await server.cpu(), (await databaseCpu()) ?? 0];
  const [cpu = 0, ofDatabase = 0] = after.map(
    (milliseconds, index) => (1000 * (milliseconds - before[index])) / done.requests,
  );
  return { ...done, rate: done.requests / done.seconds, cpu, databaseCpu: ofDatabase };
}

function of(rounds, figure) {
  return median(rounds.map((round) => round[figure]));
}
