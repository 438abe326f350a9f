import { spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ROOT } from '../place.mjs';

const SCRIPT = join(ROOT, 'scripts/with-postgres.sh');
// Ends with its standard input, so it cannot outlive this process.
const HOLD = 'echo "$TEST_DATABASE_URL"; read -r _ || true';
const TICK_MS = 10;

/**
 * A PostgreSQL server of this run's own, with databases for both sides.
 *
 * @param {string} project whose driver is used
 * @param {{ durable?: boolean }} [options] durable: what is committed has reached the disk
 */
export async function startPostgres(project, { durable = false } = {}) {
  const child = spawn(SCRIPT, ['bash', '-c', HOLD], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TEST_DATABASE_DURABLE: durable ? 'yes' : 'no' },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const first = createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const url = await Promise.race([first.then(({ value }) => value), ended.then(() => undefined)]);
  if (!url) return undefined;

  const { Client } = createRequire(join(project, 'package.json'))('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select pg_backend_pid() as pid, version()');
  return {
    version: rows[0].version.split(' ').slice(0, 2).join(' '),
    create: async (/** @type {string} */ name) => {
      await client.query(`create database ${name}`);
      const own = new URL(url);
      own.pathname = `/${name}`;
      return own.href;
    },
    cpu: () => cpuBeside(rows[0].pid),
    stop: async () => {
      await client.end();
      child.stdin.end('\n');
      await ended;
    },
  };
}

/**
 * What the server's processes have taken, from Linux's own accounts; undefined elsewhere.
 *
 * @param {number} backend
 */
async function cpuBeside(backend) {
  const own = await statOf(backend);
  if (!own) return undefined;
  let ticks = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await statOf(Number(name));
    if (stat?.pid === own.parent) ticks += stat.ticks + stat.ofEnded;
    else if (stat?.parent === own.parent) ticks += stat.ticks;
  }
  return ticks * TICK_MS;
}

/** @param {number} pid */
async function statOf(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (text === '') return undefined;
  // The second field is a name in parentheses that may hold spaces.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { pid, parent, ticks: user + system, ofEnded: endedUser + endedSystem };
}
