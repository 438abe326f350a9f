import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateModule } from '../../src/operations/generate.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emit } from '../support/profiles.ts';
import { sizeOf } from '../support/size.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';
import type { Process, Production } from './under-fire/production.ts';
import {
  end,
  killAndRestart,
  prepareProduction,
  query,
  startProcess,
} from './under-fire/production.ts';
import {
  deliver,
  deliveryOf,
  githubSecret,
  isTaken,
  standardSecret,
} from './under-fire/provider.ts';

/** Printed by a failing test, so that the same moments can be tried again. */
const SEED = Number(process.env['SEED'] ?? 20_261_122);
const RACED = sizeOf(import.meta.url, { small: 20, full: 200 });
const DELIVERIES = sizeOf(import.meta.url, { small: 1_000, full: 20_000 });
const AT_ONCE = sizeOf(import.meta.url, { small: 8, full: 64 });
/** So many of them, one in each, go to both processes at once. */
const TWICE_OF = 20;
const FEWEST_KILLS = sizeOf(import.meta.url, { small: 2, full: 6 });
/** A job that nobody takes again, or a delivery that nobody answers, would never end. */
const LONGEST_MS = 400_000;

/** Without a key that would hide a second effect. */
const TABLE = `
  create table taken (endpoint text not null, number integer not null);
  grant insert on taken to app_api;
`;

/** Now and then it fails by itself, after it has written. */
const HANDLER = `
import { sql } from 'kysely';

export async function handle(tx, webhook) {
  const { number } = JSON.parse(webhook.body.toString());
  await sql\`insert into taken values (\${webhook.endpoint}, \${number})\`.execute(tx.sql);
  if (Math.random() < 0.01) throw new Error('injected');
}
`;

const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
let production: Production;
const processes: Process[] = [];

beforeAll(async () => {
  const catalogue = await catalogueHere();
  const root = await emit('minimal', folder, catalogue);
  for (const name of ['github', 'standard']) {
    await generateModule({ directory: root, generator: 'webhook', name }, catalogue);
    writeFileSync(join(root, `services/api/modules/webhook-${name}/handler.ts`), HANDLER);
  }
  linkDependencies(root);
  production = prepareProduction(root, `hooks_${process.pid}`, join(folder, 'data'), {
    'webhooks/standard-1': standardSecret,
    'webhooks/github-1': githubSecret,
  });
  query(production, TABLE);
  for (const kind of ['api', 'api', 'worker', 'worker'] as const)
    processes.push(await startProcess(production, kind));
});

afterAll(async () => {
  for (const one of processes) if (isRunning(one)) await end(one, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test(`two processes that are given the same ${RACED} deliveries accept each of them once`, async () => {
  const [one = 0, other = 0] = ports();
  const numbers = Array.from({ length: RACED }, (_, index) => index);
  const answers = await Promise.all(
    numbers.map(async (number) => {
      const delivery = deliveryOf(number);
      const both = await Promise.all([one, other].map((port) => deliver(delivery, () => port)));
      return both.flat().toSorted();
    }),
  );
  expect(answers).toEqual(numbers.map(() => [200, 202]));
});

test(`killed at random, each of ${DELIVERIES} deliveries takes effect once (seed ${SEED})`, async () => {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const random = seeded();
  const statuses: number[][] = [];
  const kills: Kills = { api: 0, worker: 0 };
  let isSent = false;
  const sending = sendAll(statuses, () => kills.api < FEWEST_KILLS).finally(() => (isSent = true));
  await Promise.all([
    killAtRandom('api', random, kills, () => isSent),
    killAtRandom('worker', random, kills, () => isSent),
  ]);
  const sent = await sending;
  const sentAfter = seconds();
  const attempts = statuses.flat();
  expect(statuses.length, 'each was answered').toBe(sent);
  expect([...new Set(attempts)].toSorted()).toEqual(expect.arrayContaining([0, 200, 202]));
  expect(statuses.filter((one) => !isTaken(one))).toEqual([]);
  expect(statuses.filter((one) => one.filter((status) => status === 202).length > 1)).toEqual([]);

  while (unfinished() > 0) {
    expect(performance.now() - startedAt, 'it comes to an end').toBeLessThan(LONGEST_MS);
    await sleep(1_000);
  }
  const doneAfter = seconds();
  const codes = await Promise.all(processes.map((one) => end(one, 'SIGTERM')));
  expect(codes).toEqual([0, 0, 0, 0]);

  const all = sent + RACED;
  expect(found()).toEqual({
    effects: all,
    numbers: all,
    first: 0,
    last: all - 1,
    seen: all,
    kept: all,
    done: all,
    jobs: all,
    noted: all,
    unsealed: 0,
  });
  const verified = runIn(
    production.root,
    ['npm', 'run', '--silent', 'audit', '--', 'verify'],
    production.owner,
  );
  expect(verified.status, verified.stderr).toBe(0);
  const [lost, again] = [0, 200].map((wanted) => attempts.filter((one) => one === wanted).length);
  console.log(
    `${sent} deliveries in ${sentAfter} s, done after ${doneAfter} s; kills of the api and of workers: ` +
      `${kills.api}, ${kills.worker}; ${lost} attempts unanswered, ${again} known before: each effect once. ${verified.stdout.trim()}`,
  );
});

type Kills = Record<Process['kind'], number>;

/** Kills one process after the other while there is something to disturb, and counts them. */
async function killAtRandom(
  kind: Process['kind'],
  random: () => number,
  kills: Kills,
  isOver: () => boolean,
): Promise<void> {
  const victims = processes.filter((one) => one.kind === kind);
  while (!isOver() || kills[kind] < FEWEST_KILLS) {
    await sleep(random() * 1_500);
    const victim = victims[Math.floor(random() * victims.length)];
    if (victim) await killAndRestart(production, victim);
    kills[kind] += 1;
  }
}

/**
 * Sends a few at a time, each until it is answered, and some of them to both processes at once. A fast machine sends more
 * of them, until enough processes were killed meanwhile. Returns how many it sent.
 */
async function sendAll(statuses: number[][], needsMore: () => boolean): Promise<number> {
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < DELIVERIES || needsMore()) {
      const number = RACED + next;
      next += 1;
      const delivery = deliveryOf(number);
      const copies = number % TWICE_OF === 0 ? [0, 1] : [number % 2];
      const answers = await Promise.all(
        copies.map((first) => deliver(delivery, (attempt) => ports()[(first + attempt) % 2] ?? 0)),
      );
      statuses.push(answers.flat());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return next;
}

function ports(): readonly number[] {
  return processes.filter(({ kind }) => kind === 'api').map(({ port }) => port);
}

function isRunning({ child }: Process): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function unfinished(): number {
  const [row] = query<{ count: number }>(
    production,
    `select count(*)::integer as count from job where state = 'ready'`,
  );
  return row?.count ?? 0;
}

function found(): unknown {
  return query(
    production,
    `select (select count(*) from taken)::integer as effects,
            (select count(distinct number) from taken)::integer as numbers,
            (select min(number) from taken) as first, (select max(number) from taken) as last,
            (select count(*) from webhook_seen)::integer as seen,
            (select count(*) from webhook_delivery)::integer as kept,
            (select count(*) from job where state = 'done')::integer as done,
            (select count(*) from job)::integer as jobs,
            (select count(*) from audit_event where action = 'Webhooks::Action::"accept"'
               and outcome = 'success')::integer as noted,
            (select count(*) from audit_unsealed)::integer as unsealed`,
  )[0];
}

function seeded(): () => number {
  let state = SEED;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
