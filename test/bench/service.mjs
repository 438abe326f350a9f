import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedProject } from './installed.mjs';
import { median } from './measure/interleave.mjs';
import { percent, printTable } from './measure/table.mjs';
import { RUN } from './place.mjs';
import { CONNECTIONS, NEW_KEY } from './service/load.mjs';
import { startPostgres } from './service/postgres.mjs';
import { freePort, startServer } from './service/process.mjs';

const ROUNDS = 3;
const SECONDS = 6;
const WARM_UP_SECONDS = 2;
const SIDES = /** @type {const} */ (['floor', 'ours']);
const DRAFT = JSON.stringify({
  title: 'Groceries',
  body: 'Milk, bread and a dozen eggs. '.repeat(8),
});

/** @param {string} name */
const script = (name) => fileURLToPath(new URL(`service/${name}.mjs`, import.meta.url));

export async function bench() {
  const project = await installedProject();
  if (!project) return;
  const client = fork(script('load-process'));
  const postgres = await startPostgres(project);
  if (!postgres) console.log('  PostgreSQL is left out: no server could be started.');
  try {
    console.log(`  ${CONNECTIONS} connections, ${SECONDS} s, median of ${ROUNDS} rounds.`);
    const rows = [
      ...(await onEngine(project, client, 'PGlite in memory', () => ({ kind: 'memory' }))),
      ...(await onEngine(project, client, 'PGlite in a folder', (side) => ({
        kind: 'folder',
        path: join(RUN, `data-${side}`),
      }))),
      ...(postgres ? await onServer(project, client, postgres) : []),
    ];
    printTable(
      ['', 'floor/s', 'ours/s', 'ours', 'CPU µs floor', 'CPU µs ours', 'ours p50', 'p99 ms'],
      rows,
    );
  } finally {
    client.disconnect();
    await postgres?.stop();
  }
}

async function onServer(project, client, postgres) {
  const urls = Object.fromEntries(
    await Promise.all(SIDES.map(async (side) => [side, await postgres.create(`bench_${side}`)])),
  );
  const target = (side) => ({ kind: 'server', url: urls[side] });
  return onEngine(project, client, postgres.version, target, postgres.cpu);
}

/** Both sides on one engine: a row for the read and a row for the write. */
async function onEngine(project, client, engine, target, databaseCpu = async () => 0) {
  const servers = {};
  try {
    for (const side of SIDES) servers[side] = await startSide(project, side, target(side));
    const rows = [];
    for (const [name, request, status] of [
      ['authorized read', readOf, 200],
      ['audited write', writeOf, 201],
    ]) {
      const rounds = { floor: [], ours: [] };
      for (let round = 0; round <= ROUNDS; round += 1) {
        for (const side of SIDES) {
          const seconds = round === 0 ? WARM_UP_SECONDS : SECONDS;
          const order = {
            port: servers[side].port,
            request: request(servers[side]),
            status,
            seconds,
          };
          const figures = await underLoad(client, servers[side], order, databaseCpu);
          if (round > 0) rounds[side].push(figures);
        }
      }
      rows.push(rowOf(`${name}, ${engine}`, rounds));
    }
    return rows;
  } finally {
    for (const { server } of Object.values(servers)) await server.stop();
  }
}

async function startSide(project, side, target) {
  const port = await freePort();
  const env = { PORT: String(port), TARGET: JSON.stringify(target) };
  const server = startServer(script(side), [], project, env);
  const headers = await server.told('ready');
  const answer = await fetch(`http://127.0.0.1:${port}/notes`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: DRAFT,
  });
  if (answer.status !== 201) throw new Error(`${side}: ${answer.status} ${await answer.text()}`);
  return { server, port, headers, id: (await answer.json()).id };
}

function readOf({ headers, id }) {
  return wire(`GET /notes/${id}`, headers, '');
}

function writeOf({ headers }) {
  const more = { 'content-type': 'application/json', 'idempotency-key': NEW_KEY };
  return wire('POST /notes', { ...headers, ...more }, DRAFT);
}

function wire(line, headers, body) {
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const fields = Object.entries({ host: '127.0.0.1', ...headers, ...length });
  const head = [`${line} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

async function underLoad(client, { server }, order, databaseCpu) {
  const before = [await server.cpu(), await databaseCpu()];
  client.send(order);
  const [{ done }] = await once(client, 'message');
  if (done.error) throw new Error(done.error);
  const after = [await server.cpu(), await databaseCpu()];
  const cpu = after[0] - before[0] + ((after[1] ?? 0) - (before[1] ?? 0));
  return { ...done, rate: done.requests / done.seconds, cpu: (1000 * cpu) / done.requests };
}

function rowOf(name, { floor, ours }) {
  const of = (rounds, figure) => median(rounds.map((round) => round[figure]));
  return [
    name,
    of(floor, 'rate').toFixed(0),
    of(ours, 'rate').toFixed(0),
    percent(of(ours, 'rate'), of(floor, 'rate')),
    of(floor, 'cpu').toFixed(0),
    of(ours, 'cpu').toFixed(0),
    of(ours, 'p50').toFixed(1),
    of(ours, 'p99').toFixed(1),
  ];
}
